import { createServer } from "node:http";

/** The reference for a trivial request: node:http, the same bytes, nothing else. */
const body = process.argv[3] ?? "{}";
createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
  response.end(body);
}).listen(Number(process.argv[2]), "127.0.0.1");
