import { afterAll } from "vitest";
import { handOver } from "./canaries.ts";

// Registered before those of the test file, hence run after them.
afterAll(handOver);
