import { scrypt, timingSafeEqual } from "node:crypto";
import type { Ids } from "../../ids.ts";

/** Everybody knows the passwords of a sandbox's people; they are hashed all the same, as everywhere (scrypt, RFC 7914). */

const keyBytes = 32;
const saltBytes = 16;

/** `salt.key`, both base64url. */
export async function hashPassword(ids: Ids, password: string): Promise<string> {
  const salt = ids.random(saltBytes);
  return `${salt.toString("base64url")}.${(await derive(password, salt)).toString("base64url")}`;
}

/** Takes as long when there is no hash to compare with, so that time tells nothing either (AUTH-02). */
export async function passwordMatches(password: string, hash: string | null): Promise<boolean> {
  const [salt = "", key = ""] = (hash ?? nobodys).split(".");
  const expected = Buffer.from(key, "base64url");
  const derived = await derive(password, Buffer.from(salt, "base64url"));
  return timingSafeEqual(derived, expected) && hash !== null;
}

/** Of the right form, and of no password. */
const nobodys = `${"A".repeat(22)}.${"A".repeat(43)}`;

function derive(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, keyBytes, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
