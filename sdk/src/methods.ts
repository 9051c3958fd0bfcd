/** From an operation of openapi-typescript's output to the method of the client. */
import type { LineStream } from "./ndjson.ts";
import type { PagedList } from "./pages.ts";

export interface CallOptions {
  /** Of a POST; generated when absent. Give your own to repeat a call after a restart without doing it twice. */
  idempotencyKey?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Of one attempt, in milliseconds: 30,000 when absent, plus the seconds of a `wait` parameter. */
  timeoutMs?: number | undefined;
  /** How often it may be repeated, where that is safe: 3 times when absent, which is also the most. */
  retries?: number | undefined;
  /** Of texts in the answer: problems and warnings. */
  language?: "fr" | "en" | undefined;
  /** For a machine that is linked in several establishments; sent as `Arrimage-Establishment`. */
  establishmentId?: string | undefined;
}

/** What came with an answer. */
export interface AnswerInfo {
  status: number;
  /** What the hub's operator needs to find the request. */
  requestId: string | null;
  headers: Headers;
}

/** The promise of an answer. */
export interface Call<T> extends Promise<T> {
  withResponse(): Promise<{ data: T; response: AnswerInfo }>;
}

export type Method<Op, Line = never> = Callable<Params<Op, Line>, Call<Answer<Op>>>;
export type ListMethod<Op> = Callable<Params<Op, never>, PagedList<Answer<Op>>>;
export type LinesMethod<Op, Result, Line = never> = Callable<Params<Op, Line>, LineStream<Result>>;

/** `params` may be left out when none is required. */
type Callable<P, R> = object extends P
  ? (params?: P, options?: CallOptions) => R
  : (params: P, options?: CallOptions) => R;

type Params<Op, Line> = Flat<Loose<Part<Op, "path">> & Loose<Part<Op, "query">> & BodyParam<Op, Line> & IfMatch<Op>>;

type Flat<T> = { [K in keyof T]: T[K] };

/** An optional parameter may be `undefined`: it is left out. */
type Loose<T> = { [K in keyof T]: object extends Pick<T, K> ? T[K] | undefined : T[K] };

type Part<Op, In extends string> = Op extends { parameters: infer P }
  ? P extends { [K in In]?: infer T }
    ? [T] extends [undefined]
      ? unknown
      : NonNullable<T>
    : unknown
  : unknown;

type BodyParam<Op, Line> = [Line] extends [never]
  ? Op extends { requestBody: { content: infer C } }
    ? { body: C[keyof C] }
    : Op extends { requestBody?: infer B }
      ? [B] extends [undefined]
        ? unknown
        : NonNullable<B> extends { content: infer C }
          ? { body?: C[keyof C] | undefined }
          : unknown
      : unknown
  : { body: Iterable<Line> | AsyncIterable<Line> };

/** An ETag as answered, or the object's `version`. */
type IfMatch<Op> = Part<Op, "header"> extends infer H ? IfMatchOf<H, Extract<keyof H, "If-Match" | "if-match">> : never;
type IfMatchOf<H, Name extends keyof H> = [Name] extends [never]
  ? unknown
  : object extends Pick<H, Name>
    ? { ifMatch?: string | number | undefined }
    : { ifMatch: string | number };

type Success = 200 | 201 | 202 | 203 | 204;

/** Of the 2xx answers; `undefined` for one without content. */
type Answer<Op> = Op extends { responses: infer R } ? Content<R[keyof R & Success]> : never;
type Content<R> = R extends { content: infer C } ? C[keyof C] : undefined;
