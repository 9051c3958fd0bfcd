import { createClient, isArrimageProblem, privateKeyJwt } from "@arrimage/sdk";

export { createClient, isArrimageProblem, privateKeyJwt };
