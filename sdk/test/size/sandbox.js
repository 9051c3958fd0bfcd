import { createSandboxClient } from "@arrimage/sdk/sandbox";

export { createSandboxClient };
