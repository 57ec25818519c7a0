import { joinRequest } from '@fynlo/protocol/schema';
import type { JoinInfo, JoinRequest, JoinResponse } from '@fynlo/protocol/wire';
import { toString as qrToString } from 'qrcode';
import { z } from 'zod';
import { joinUrls } from '../../discovery/join-urls.ts';
import { HttpError, type Route } from '../route.ts';

const statusOf = new Map([
  ['wrong-join-code', 403],
  ['too-many-attempts', 429],
  ['disk-full', 503],
  ['shutting-down', 503],
  ['overloaded', 503],
]);

export const join: Route = {
  method: 'post',
  path: '/api/v1/join',
  policy: 'public',
  summary: 'Join this restaurant with the code shown on the hub',
  body: joinRequest,
  answers: z.object({
    token: z.string(),
    deviceId: z.string(),
    role: z.enum(['manager', 'waiter', 'kitchen']),
    restaurant: z.object({ historyId: z.string(), name: z.string() }),
  }),
  handle: async ({ context, request, response }): Promise<JoinResponse> => {
    const { code, name, kind } = request.body as JoinRequest;
    const address = request.socket.remoteAddress ?? '';
    const joined = await context.sessions.join({ code, name, kind, address });
    if ('because' in joined) {
      const { seconds } = joined.details ?? {};
      if (typeof seconds === 'number') response.setHeader('Retry-After', seconds);
      throw new HttpError(statusOf.get(joined.code) ?? 500, joined);
    }
    const { deviceId, role } = joined.session;
    const { historyId } = context.log.head();
    const restaurant = context.road.state.settings()?.settings.name ?? '';
    return { token: joined.token, deviceId, role, restaurant: { historyId, name: restaurant } };
  },
};

export const joinInfo: Route = {
  method: 'get',
  path: '/api/v1/join-info',
  policy: ['manager'],
  summary: 'The join code and addresses, for a till that shows others how to join',
  answers: z.object({
    code: z.string(),
    phoneUrls: z.array(z.string()),
    kitchenUrls: z.array(z.string()),
    tillUrls: z.array(z.string()),
    phoneQrSvg: z.string(),
  }),
  handle: async ({ context }): Promise<JoinInfo> => {
    const code = context.sessions.joinCode;
    const urls = joinUrls({ port: context.port(), code, historyId: context.site });
    const phoneQrSvg = await qrToString(urls.phone[0] ?? '', { type: 'svg', margin: 1 });
    return {
      code,
      phoneUrls: urls.phone,
      kitchenUrls: urls.kitchen,
      tillUrls: urls.till,
      phoneQrSvg,
    };
  },
};

export const devices: Route = {
  method: 'get',
  path: '/api/v1/devices',
  policy: ['manager'],
  summary: 'Every device that has joined',
  answers: z.object({
    items: z.array(
      z.looseObject({
        id: z.string(),
        name: z.string(),
        kind: z.enum(['till', 'phone', 'kitchen']),
        joinedAt: z.int(),
      }),
    ),
    next: z.null(),
  }),
  handle: ({ context }) => ({ items: [...context.road.state.devices()], next: null }),
};
