import type * as real from "../../../../../api/src/features/oauth/store.ts";
import { memoryOf } from "../../../world.ts";

export const insertAssertion: typeof real.insertAssertion = async (tx, { machineId, jti, expiresAt }) => {
  const memory = memoryOf(tx);
  const key = `${machineId} ${jti}`;
  if (memory.find("assertion", key) !== undefined) return false;
  memory.put("assertion", key, { expiresAt });
  return true;
};
