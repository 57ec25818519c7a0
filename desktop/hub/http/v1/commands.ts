import { commandRequest, parseCommand } from '@fynlo/protocol/schema';
import type { CommandRequest, CommandResponse } from '@fynlo/protocol/wire';
import { z } from 'zod';
import type { Answer } from '../../commands/submission.ts';
import type { Session } from '../../pairing/session.ts';
import { HttpError, type Route } from '../route.ts';

/** The same commands as on the socket, for programs that hold none. */
export const commands: Route = {
  method: 'post',
  path: '/api/v1/commands',
  policy: 'device',
  summary: 'Ask for one change; send it again with the same number if the answer was lost',
  body: commandRequest,
  answers: z.object({ no: z.int(), accepted: z.boolean(), seq: z.int().optional() }),
  handle: async ({ context, request, response, session }): Promise<CommandResponse | object> => {
    const { clientId, no, command } = request.body as CommandRequest;
    const answer = await context.road.submit({
      clientId,
      no,
      command: parseCommand(command),
      session: session as Session,
    });
    response.status(statusOf[answer.kind]);
    return present(no, answer, (seconds) => response.setHeader('Retry-After', seconds));
  },
};

const statusOf = { accepted: 200, refused: 422, resync: 409, 'cannot-now': 503 } as const;

function present(no: number, answer: Answer, retryAfter: (seconds: number) => void): object {
  switch (answer.kind) {
    case 'accepted':
      return { no, accepted: true, seq: answer.seq };
    case 'refused':
      return { no, accepted: false, ...answer.refusal };
    case 'resync':
      return { no, accepted: false, last: answer.last };
    case 'cannot-now':
      retryAfter(Math.ceil(answer.retryAfterMs / 1000));
      throw new HttpError(503, answer.error);
  }
}
