import type { Request, Response } from 'express';
import type { Role } from '@fynlo/domain/device';
import type { WireError } from '@fynlo/protocol/wire';
import type { z } from 'zod';
import type { HubContext } from '../context.ts';
import type { Session } from '../pairing/session.ts';

/**
 * Who may call an endpoint. There is no default: a route without a policy does not compile.
 * `public` answers anybody on the network, `loopback` only this computer, `device` every joined
 * device, a list of roles only those.
 */
export type Policy = 'public' | 'loopback' | 'device' | readonly Role[];

export interface Call {
  readonly context: HubContext;
  readonly request: Request;
  readonly response: Response;
  /** Who calls; absent where the policy asks for nobody. */
  readonly session?: Session;
}

export interface Route {
  readonly method: 'get' | 'post';
  /** As Express writes it, with `:id` for a parameter. */
  readonly path: string;
  readonly policy: Policy;
  readonly summary: string;
  /** The body, checked before `handle` is called; absent for a GET. */
  readonly body?: z.ZodType;
  readonly bodyBytesMax?: number;
  readonly query?: z.ZodType;
  /** What comes back with 200, for the description of the API. */
  readonly answers: z.ZodType;
  /** Of `answers`; JSON where it is absent. */
  readonly contentType?: string;
  /** Returns what is sent as JSON, or `undefined` when it has answered itself. */
  handle(call: Call): unknown;
}

/** Ends a call with a status and a body of the one shape all errors have. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly error: WireError;
  constructor(status: number, error: WireError) {
    super(error.because);
    this.status = status;
    this.error = error;
  }
}
