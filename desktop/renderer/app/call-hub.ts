import type { WireError } from '@fynlo/protocol/wire';

/** One HTTP call to the hub as this device. Errors come back as the hub's sentence, never thrown. */
export async function callHub<Answer extends object>(
  token: string,
  path: string,
  body?: object,
): Promise<Answer | WireError> {
  try {
    const response = await fetch(path, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const type = response.headers.get('content-type') ?? '';
    if (!type.includes('json')) return { text: await response.text() } as unknown as Answer;
    return (await response.json()) as Answer | WireError;
  } catch {
    return {
      code: 'internal',
      because: 'The hub does not answer. Check that it is running, then try again.',
    };
  }
}
