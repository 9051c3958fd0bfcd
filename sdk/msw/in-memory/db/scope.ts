import type * as real from "../../../../api/src/db/scope.ts";
import { memoryOf, scopedTx, worldOf } from "../../world.ts";

export const withScope: typeof real.withScope = (connection, scope, run) => worldOf(connection).transact(scope, run);

export const withSavepoint: typeof real.withSavepoint = async (tx, run) => {
  const memory = memoryOf(tx);
  const giveBack = memory.savepoint();
  try {
    return await run(scopedTx(memory));
  } catch (error) {
    giveBack();
    throw error;
  }
};
