/** adapter.openapi.yaml over an adapter of this process: what software in another language would serve. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Adapter, Environment, NewBooking, NewOpening } from "../../src/conformance/index.ts";

export async function serveAdapter(adapter: Adapter): Promise<{ url: string; close(): Promise<void> }> {
  async function answer(method: string, url: URL, body: unknown): Promise<unknown> {
    const [, what = "", ref = "", verb] = url.pathname.split("/").map(decodeURIComponent);
    switch (`${method} /${what}`) {
      case "GET /": {
        const { name, version, webhooks } = adapter;
        return { name, version, webhooks, syncNow: "syncNow" in adapter };
      }
      // The kit sends what adapter.openapi.yaml says.
      case "POST /start":
        return adapter.start(body as Environment);
      case "POST /stop":
        return adapter.stop();
      case "POST /reset":
        return adapter.reset();
      case "POST /openings":
        return { ref: await adapter.createOpening(body as NewOpening) };
      case "DELETE /openings":
        return adapter.blockOpening(ref);
      case "POST /appointments":
        if (verb === "cancel") return adapter.cancelLocally(ref);
        return { ref: await adapter.bookLocally(body as NewBooking) };
      case "GET /agenda":
        return { entries: await adapter.listAgenda(url.searchParams.get("day") ?? "") };
      case "POST /sync":
        return adapter.syncNow?.();
      default:
        throw new Error(`There is no ${method} ${url.pathname}.`);
    }
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      answer(request.method ?? "GET", new URL(request.url ?? "/", "http://adapter"), text && JSON.parse(text)).then(
        (said) => (said === undefined ? response.writeHead(204).end() : response.end(JSON.stringify(said))),
        (error: unknown) => response.writeHead(400).end(String(error)),
      );
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
