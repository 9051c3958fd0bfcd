import { describe, expect, test } from "vitest";
import { decideAddress, isAddress, mayBeCalled } from "./webhook-address.ts";

const codes = (text: string, mode: "sandbox" | "production") => {
  const decision = decideAddress(text, mode);
  return decision.ok
    ? decision.value
    : decision.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`);
};
const refused = ["SYNC-60 WEBHOOK_ADDRESS_REFUSED /url"];

describe("an address as it is written", () => {
  test.each([
    ["https://agenda.example.org/hooks", "https://agenda.example.org/hooks"],
    ["https://agenda.example.org:443/h?clinic=1", "https://agenda.example.org/h?clinic=1"],
    ["https://198.50.1.7/h", "https://198.50.1.7/h"],
    ["https://[2607:f8b0::1]/h", "https://[2607:f8b0::1]/h"],
    ["https://agenda.example.org./h", "https://agenda.example.org./h"],
    ["https://hooks.local.example.org/h", "https://hooks.local.example.org/h"],
  ])("SYNC-60 %s may be called", (text, url) => {
    expect(codes(text, "production")).toBe(url);
  });

  test.each([
    "not an address",
    "",
    "http://agenda.example.org/h",
    "ftp://agenda.example.org/h",
    "https://agenda.example.org:8443/h",
    "https://agenda.example.org:80/h",
    "https://user@agenda.example.org/h",
    "https://user:word@agenda.example.org/h",
    "https://:word@agenda.example.org/h",
    "https://localhost/h",
    "https://LOCALHOST./h",
    "https://hooks.localhost/h",
    "https://intranet/h",
    "https://printer.local/h",
    "https://printer.local./h",
    "https://db.internal/h",
    "https://nas.lan/h",
    "https://router.home.arpa/h",
    "https://x.onion/h",
    "https://127.0.0.1/h",
    "https://127.1/h",
    "https://2130706433/h",
    "https://0x7f000001/h",
    "https://0177.0.0.1/h",
    "https://0/h",
    "https://10.1.2.3/h",
    "https://172.16.0.1/h",
    "https://172.31.255.255/h",
    "https://192.168.1.1/h",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/h",
    "https://100.127.255.255/h",
    "https://0.0.0.0/h",
    "https://192.0.0.1/h",
    "https://192.0.2.1/h",
    "https://192.88.99.1/h",
    "https://198.18.0.1/h",
    "https://198.19.255.255/h",
    "https://198.51.100.1/h",
    "https://203.0.113.1/h",
    "https://224.0.0.1/h",
    "https://255.255.255.255/h",
    "https://[::1]/h",
    "https://[::]/h",
    "https://[::ffff:127.0.0.1]/h",
    "https://[::ffff:a00:1]/h",
    "https://[::ffff:0:10.0.0.1]/h",
    "https://[::10.0.0.1]/h",
    "https://[64:ff9b::10.0.0.1]/h",
    "https://[2002:a00:1::]/h",
    "https://[2001::1]/h",
    "https://[2001:db8::1]/h",
    "https://[fe80::1]/h",
    "https://[fc00::1]/h",
    "https://[fdff::1]/h",
    "https://[ff02::1]/h",
    "https://[100::1]/h",
  ])("SYNC-60 %s is refused", (text) => {
    expect(codes(text, "production")).toEqual(refused);
    const decision = decideAddress(text, "production");
    expect(decision.ok ? undefined : decision.violations[0]).not.toHaveProperty("params");
  });

  test.each([
    "http://127.0.0.1:8080/h",
    "http://localhost:3000/h",
    "http://hooks.localhost/h",
    "https://127.0.0.1:8443/h",
    "http://[::1]:8080/h",
    "http://10.0.0.5/h",
    "http://172.17.0.1:9000/h",
    "http://192.168.1.20/h",
    "http://[fd00::5]/h",
    "https://agenda.example.org/h",
  ])("SYNC-60 the sandbox calls %s", (text) => {
    expect(codes(text, "sandbox")).toBe(text);
  });

  test.each([
    "http://169.254.169.254/",
    "http://100.64.0.1/",
    "http://[fe80::1]/",
    "http://0.0.0.0:80/",
    "http://[::]/",
    "http://me:pw@127.0.0.1/",
    "ftp://127.0.0.1/",
    "http://intranet/",
    "http://127.0.0.1:0/",
    "http://agenda..example.org/",
    "http://agenda.example.org../",
  ])("SYNC-60 the sandbox does not call %s either", (text) => {
    expect(codes(text, "sandbox")).toEqual(refused);
    const decision = decideAddress(text, "sandbox");
    expect(decision.ok ? undefined : decision.violations[0]?.params).toEqual({ schemes: "http(s)" });
  });
});

describe("an address as a resolver answers it", () => {
  test.each([
    ["8.8.8.8", true],
    ["99.255.255.255", true],
    ["100.63.255.255", true],
    ["100.128.0.0", true],
    ["172.15.255.255", true],
    ["172.32.0.0", true],
    ["192.167.255.255", true],
    ["223.255.255.255", true],
    ["2606:4700::6810:84e5", true],
    ["::ffff:8.8.8.8", true],
    ["64:ff9b::808:808", true],
    ["2002:808:808::1", true],
    ["2001:200::1", true],
    ["10.0.0.0", false],
    ["::ffff:192.168.0.1", false],
    ["fe80::1%eth0", false],
    ["2001:1ff::1", false],
    ["::1", false],
    ["::2", false],
    ["1.2.3", false],
    ["1.2.3.256", false],
    ["2606:4700", false],
    ["1:2:3:4:5:6:7:8:9", false],
    ["1::2::3", false],
    ["::1.2.3.999", false],
    ["12345::", false],
    ["agenda.example.org", false],
  ])("SYNC-60 %s: %s", (address, may) => {
    expect(mayBeCalled(address, "production")).toBe(may);
  });

  test("SYNC-60 what is an address is not resolved", () => {
    expect(["1.2.3.4", "::1", "1.2.3.4.", "a.b", "1.2.3.400"].map(isAddress)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
