import { createServer } from "node:http";

/** Says what it is told to when it is ready, as a hub would that logs too much: SAYS, PORT. */
const server = createServer((_request, response) => response.end());
server.listen(Number(process.env["PORT"]), "127.0.0.1", () => {
  process.stderr.write(`${process.env["SAYS"] ?? ""}\n`);
  process.send?.("ready");
});
process.once("disconnect", () => process.exit(0));
