/* global document, fetch, FormData, setInterval */

/** What the page's buttons do, and what it shows of what the operations answer. Texts of answers are never HTML. */

const texts = JSON.parse(document.body.dataset.texts);
const at = (id) => document.getElementById(id);
const requestsShown = 50;
let lastSeq = 0;
let shown = [];

async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { "accept-language": document.documentElement.lang, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const value = answer.status === 204 ? undefined : await answer.json();
  at("notice").textContent = answer.ok ? "" : `${texts.failed} : ${value.code} ${value.detail ?? ""}`;
  return answer.ok ? value : undefined;
}

function cell(content, className = "") {
  const td = document.createElement("td");
  td.className = className;
  if (typeof content === "object" && content !== null) td.append(content);
  else td.textContent = content ?? "";
  return td;
}

function fill(table, rows) {
  at(table).tBodies[0].replaceChildren(
    ...rows.map((cells) => {
      const tr = document.createElement("tr");
      tr.append(...cells.map((each) => (each instanceof Object && each.tagName === "TD" ? each : cell(each))));
      return tr;
    }),
  );
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", () => void act());
  return made;
}

function code(text) {
  const made = document.createElement("code");
  made.textContent = text;
  return made;
}

function folded(summaryText, text) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = summaryText;
  details.append(summary, code(text));
  return details;
}

/** What is filled in; an empty field is left out, and a number is one. */
function fieldsOf(form, numbers) {
  const given = [...new FormData(at(form))].filter(([, value]) => value !== "");
  return Object.fromEntries(given.map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value]));
}

function showClock({ now, running }) {
  at("now").textContent = now;
  at("running").textContent = running ? texts.running : texts.standing;
}

const showClockNow = async () => {
  const clock = await call("GET", "/sandbox/clock");
  if (clock) showClock(clock);
};

async function showMachines() {
  const { machines } = await call("GET", "/sandbox/machines");
  const select = document.querySelector("[name=placeId]");
  select.length = 1;
  for (const { placeId, name } of machines.flatMap(({ places }) => places)) {
    const option = document.createElement("option");
    [option.value, option.textContent] = [placeId, name];
    select.append(option);
  }
  fill(
    "machines",
    machines.map(({ name, machineId, places, privateKey }) => [
      name,
      code(machineId),
      places.map((place) => place.name).join(", "),
      folded(privateKey.kid, JSON.stringify(privateKey)),
    ]),
  );
}

async function showFaults() {
  const { items } = await call("GET", "/sandbox/faults");
  fill(
    "faults",
    items.map(({ faultId, fault, match, probability, times, met, missed }) => [
      fault,
      match.operationId ?? match.path ?? match.eventType ?? texts.everything,
      probability,
      times ?? "∞",
      met,
      missed,
      button(texts.remove, async () => {
        await call("DELETE", `/sandbox/faults/${faultId}`);
        await showFaults();
      }),
    ]),
  );
}

async function showSnapshots() {
  const { items } = await call("GET", "/sandbox/snapshots");
  fill(
    "snapshots",
    items.map(({ snapshotId, name, now }) => [
      name ?? code(snapshotId),
      now,
      button(texts.restore, () => changeWorld(`/sandbox/snapshots/${snapshotId}/restore`)),
    ]),
  );
}

async function changeWorld(path, body) {
  await call("POST", path, body);
  await showAll();
}

async function showRequests() {
  if (at("pause").checked) return;
  const answer = await call("GET", `/sandbox/requests?since=${lastSeq}&limit=10000`);
  if (!answer || answer.items.length === 0) return;
  lastSeq = answer.items.at(-1).seq;
  shown = [...shown, ...answer.items].slice(-requestsShown);
  fill(
    "requests",
    [...shown]
      .reverse()
      .map(({ at: time, method, path, operationId, status, code: problem, verdict, violations, faults }) => [
        time.slice(11, 23),
        `${method} ${path}`,
        operationId,
        [status, problem].filter(Boolean).join(" "),
        cell(
          [texts[verdict] ?? "", ...(verdict === "invalid" ? violations.map(({ pointer }) => pointer) : [])].join(" "),
          verdict ?? "",
        ),
        faults.join(", "),
      ]),
  );
  await showFaults();
}

function showActs(answer) {
  const lines = (answer?.items ?? []).map(({ behaviour, did, code: problem, startAt, referenceNumber }) => {
    const li = document.createElement("li");
    li.textContent = [behaviour, did, problem, startAt, referenceNumber].filter(Boolean).join(" · ");
    return li;
  });
  if (answer) at("acts").replaceChildren(...lines);
}

const clockBy = async (seconds) => {
  const clock = await call("POST", "/sandbox/clock/advance", { seconds });
  if (clock) showClock(clock);
};
const clockTo = async (running) => {
  const clock = await call("PUT", "/sandbox/clock", { running });
  if (clock) showClock(clock);
};

const actions = {
  hour: () => clockBy(3_600),
  day: () => clockBy(86_400),
  stop: () => clockTo(false),
  run: () => clockTo(true),
  async act() {
    const { steps: _steps, ...body } = fieldsOf("citizens", ["seed", "count", "steps"]);
    showActs(await call("POST", "/sandbox/citizens/act", body));
  },
  async simulate() {
    const { behaviour: _behaviour, count: _count, ...body } = fieldsOf("citizens", ["seed", "count", "steps"]);
    showActs(await call("POST", "/sandbox/citizens/simulate", body));
  },
  async createFault() {
    const { operationId, ...fault } = fieldsOf("faults-form", ["probability", "times", "milliseconds"]);
    await call("POST", "/sandbox/faults", { ...fault, ...(operationId ? { match: { operationId } } : {}) });
    await showFaults();
  },
  async clearFaults() {
    await call("DELETE", "/sandbox/faults");
    await showFaults();
  },
  async keep() {
    await call("POST", "/sandbox/snapshots", {});
    await showSnapshots();
  },
  reset: () => changeWorld("/sandbox/reset", {}),
  async clearRequests() {
    await call("DELETE", "/sandbox/requests");
    shown = [];
    fill("requests", []);
  },
};

document.addEventListener("click", (event) => {
  const action = event.target.dataset?.action;
  if (action in actions) void actions[action]();
});
document.addEventListener("submit", (event) => event.preventDefault());

async function showAll() {
  await Promise.all([showClockNow(), showMachines(), showFaults(), showSnapshots(), showRequests()]);
}

await showAll();
setInterval(() => void showRequests(), 2_000);
setInterval(() => void showClockNow(), 1_000);
