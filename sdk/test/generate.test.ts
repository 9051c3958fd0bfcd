import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { generateFiles, targets } from "../generate.ts";
import type { OpenApiDocument } from "../generator/document.ts";
import { openAnswerEnums, otherValue } from "../generator/open-enums.ts";
import { readOperations } from "../generator/read-operations.ts";
import { writeClient } from "../generator/write-client.ts";

test.each(targets)("the generated files of $name are those of its document", async (target) => {
  for (const [url, text] of await generateFiles(target)) {
    expect(await readFile(new URL(url), "utf8"), `${url}: run npm run generate`).toBe(text);
  }
});

const clinic = async (): Promise<OpenApiDocument> =>
  // The tests' own document.
  JSON.parse(await readFile(new URL("clinic-openapi.json", import.meta.url), "utf8")) as OpenApiDocument;

describe("an operation is read from everything that describes it", () => {
  const read = async (id: string) => readOperations(await clinic()).find((operation) => operation.id === id);

  test("parameters of the path, of the operation, by reference", async () => {
    expect(await read("slots.update")).toMatchObject({ method: "PATCH", path: "/v1/slots/{slotId}", ifMatch: true });
    const document = await clinic();
    document.components = { ...document.components, parameters: { Place: { name: "placeId", in: "query" } } };
    document.paths["/v1/slots/{slotId}"]?.get?.parameters?.push({ $ref: "#/components/parameters/Place" });
    const operation = { operationId: "places.get", parameters: [{ $ref: "#/components/parameters/Place" }] };
    document.paths["/v1/place"] = { get: operation };
    expect(readOperations(document).find(({ id }) => id === "places.get")).toMatchObject({ query: ["placeId"] });
  });

  test("what is sent and answered", async () => {
    expect(await read("slots.batch")).toMatchObject({
      body: "lines",
      answer: "lines",
      requestLine: "SlotLine",
      answerLine: "SlotResult",
      idempotent: true,
    });
    expect(await read("snapshots.create")).toMatchObject({ body: "json", answer: "lines", endLine: undefined });
    expect(await read("copies.create")).toMatchObject({ body: "json", answer: "lines", endLine: "end" });
    expect(await read("oauth.token")).toMatchObject({ body: "form", public: true, answer: "json" });
    expect(await read("meta.live")).toMatchObject({ answer: "text", public: true });
    expect(await read("slots.list")).toMatchObject({ answer: "list", cursorInBody: false, public: false });
    expect(await read("appointments.search")).toMatchObject({ answer: "list", cursorInBody: true });
    expect(await read("slots.create")).toMatchObject({ idempotencyKey: true, idempotent: false, bodyType: undefined });
    expect(await read("appointments.list")).toMatchObject({ commaSeparated: ["ids"] });
  });

  test("a body of another JSON type keeps its type", async () => {
    const document = await clinic();
    const content = { "application/merge-patch+json": { schema: { type: "object" } } };
    const slot = document.paths["/v1/slots/{slotId}"];
    if (slot?.patch) slot.patch.requestBody = { content };
    const operation = readOperations(document).find(({ id }) => id === "slots.update");
    expect(operation).toMatchObject({ body: "json", bodyType: "application/merge-patch+json" });
  });
});

describe("a document that the SDK could not serve is refused, by the name of the operation", () => {
  const query = (name: string, more: object = {}) => ({ name, in: "query" as const, ...more });
  const get = (operation: object) => ({ get: { operationId: "slots.find", ...operation } });
  const lines = { "application/x-ndjson": { schema: { type: "string" } } };

  test.each([
    ["a name of one word", "/a", get({ operationId: "slots" }), "two or three camelCase words"],
    ["a name that is not camelCase", "/a", get({ operationId: "slots.Find" }), "two or three camelCase words"],
    ["no name", "/a", { get: {} }, "GET /a: an operationId"],
    ["a name that makes a promise of its group", "/a", get({ operationId: "slots.then" }), "needs this name"],
    ["a name that the SDK adds", "/a", get({ operationId: "changes.follow" }), "needs this name"],
    ["a name given twice", "/a", get({ operationId: "slots.get" }), "slots.get: the name is used twice"],
    ["a name below an operation", "/a", get({ operationId: "slots.get.one" }), "slots.get: the name is used twice"],
    ["a query parameter called body", "/a", get({ parameters: [query("body")] }), 'called "body"'],
    ["one called ifMatch", "/a", get({ parameters: [query("ifMatch")] }), 'called "ifMatch"'],
    [
      "one called like a path parameter",
      "/a/{id}",
      get({ parameters: [{ name: "id", in: "path" }, query("id")] }),
      '"id" is both in the path and in the query',
    ],
    ["a path parameter that is not declared", "/a/{id}", get({}), "the path names {id}, its parameters {}"],
    [
      "a deep object",
      "/a",
      get({ parameters: [query("filter", { style: "deepObject" })] }),
      "neither a value nor a list",
    ],
    ["a cookie", "/a", get({ parameters: [{ name: "c", in: "cookie" }] }), "sends no cookies"],
    [
      "an unknown header that is required",
      "/a",
      get({ parameters: [{ name: "X-Other", in: "header", required: true }] }),
      "required header X-Other",
    ],
    ["a list without a cursor", "/a", get({ "x-arrimage-list": true }), "takes a cursor"],
    ["NDJSON without its line", "/a", get({ responses: { 200: { content: lines } } }), "needs x-arrimage-line"],
    ["a body of another kind", "/a", get({ requestBody: { content: { "text/csv": {} } } }), "cannot send text/csv"],
  ])("%s", async (_, path, item, message) => {
    const document = await clinic();
    document.paths[path] = item;
    expect(() => readOperations(document)).toThrow(message);
  });

  test("problem codes that are not listed", async () => {
    const document = await clinic();
    const operations = readOperations(document);
    delete document.components?.schemas?.["ProblemCode"]?.enum;
    expect(() => writeClient("clinic", document, operations, "..")).toThrow("Problem.properties.code has no enum");
  });
});

test("enums of answers stay open, those of requests and those that tell union members apart closed", async () => {
  const schemas = openAnswerEnums(await clinic()).components?.schemas ?? {};
  const property = (schema: string, name: string) => schemas[schema]?.properties?.[name]?.enum;
  expect(property("Slot", "state")).toEqual(["open", "past", null, otherValue]);
  expect(property("Change", "type")).toContain(otherValue);
  expect(schemas["ProblemCode"]?.enum).toContain(otherValue);
  expect(schemas["Visibility"]?.enum).toEqual(["public", "private"]);
  expect(property("Slot", "visibility")).toEqual(["private", "public"]);
  expect(schemas["AppointmentStatus"]?.enum).not.toContain(otherValue);
  expect(JSON.stringify(schemas["SlotResult"])).not.toContain(otherValue);
});
