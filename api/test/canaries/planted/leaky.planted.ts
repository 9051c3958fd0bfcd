import { expect, test } from "vitest";
import { announce } from "../../../src/db/change-log.ts";
import { freePort } from "../../../src/hub.ts";
import { aCitizen, aClinic } from "../../factories.ts";
import { createTestHub } from "../../harness.ts";
import { startServerProcess } from "../../hub-process.ts";

/** A hub that says a patient's number wherever it can, each time in another spelling. */
test("leaks", async () => {
  const hub = await createTestHub();
  try {
    const clinic = await aClinic(hub);
    const { nam, person } = await aCitizen(hub);
    const [letters, birth, end] = [nam.slice(0, 4), nam.slice(4, 8), nam.slice(8)];
    hub.app.get("/leaks", (context) => context.json({ title: `${letters}-${birth}-${end}` }, 400));
    hub.app.get("/metrics", (context) => context.text(`bookings{patient="${nam.toLowerCase()}"} 1`));
    await hub.app.request("/leaks");
    await hub.request("GET", "/metrics");
    await hub.request("GET", `/v1/nowhere?patient=${letters}%20${birth}+${end}`);
    hub.deps.log.info(`looked up x${nam.toLowerCase()}`);
    hub.deps.log.info(`looked up ${person.lastName}`);
    await hub.write([clinic.establishmentId], (tx) =>
      announce(tx, hub.clock.now(), [
        {
          author: { kind: "system" },
          change: {
            ...{ establishmentId: clinic.establishmentId, placeIds: [clinic.placeId] },
            ...{ objectType: "appointment", objectId: `apt_${nam}`, operation: "created", version: 1 },
          },
        },
      ]),
    );
    const server = await startServerProcess("canaries/planted/server.ts", await freePort(), {
      SAYS: `of ${letters} ${birth} ${end}, and of NOBO80561509, who is not of this suite`,
    });
    await server.kill();
    expect(hub.logs.length).toBeGreaterThan(0);
  } finally {
    await hub.close();
  }
});
