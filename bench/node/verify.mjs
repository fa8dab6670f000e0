// Times Node's verifiers on tokens from standard input: a line with everything first, then for
// each line with a way's name one round of it, answered with the seconds of processor time that one call took.
import { createPublicKey, verify as verifySignature } from "node:crypto";
import { createInterface } from "node:readline";
import { JwtVerifier } from "aws-jwt-verify";
import { createVerifier } from "fast-jwt";
import { createLocalJWKSet, jwtVerify } from "jose";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { tokens, document, alg, kid, issuer, audience, nonce } = await nextLine();

const key = createPublicKey({ key: document.keys.find((each) => each.kid === kid), format: "jwk" });
const digest = alg === "EdDSA" ? null : "sha256";
const signed = tokens.map((token) => {
  const [header, payload, signature] = token.split(".");
  return [Buffer.from(`${header}.${payload}`), Buffer.from(signature, "base64url")];
});
const ieee = { key, dsaEncoding: "ieee-p1363" };

const aws = JwtVerifier.create({ issuer, audience, customJwtCheck: requireNonce });
aws.cacheJwks(document);
const keySet = createLocalJWKSet(document);
const options = { issuer, audience, algorithms: [alg], clockTolerance: 60 };
const pem = key.export({ type: "spki", format: "pem" });
const fast = { key: pem, algorithms: [alg], allowedIss: issuer, allowedAud: audience, allowedNonce: nonce };
const fastJwt = createVerifier(fast);
const fastJwtRepeat = createVerifier({ ...fast, cache: true });

const ways = {
  bare: [signed, ([input, signature]) => verifySignature(digest, input, ieee, signature)],
  aws_jwt_verify: [tokens, (token) => aws.verifySync(token)],
  jose: [tokens, async (token) => requireNonce(await jwtVerify(token, keySet, options))],
  fast_jwt: [tokens, fastJwt],
  // Ten times as many, since one takes so little: as in bench/verify.py
  fast_jwt_repeat: [Array(10 * tokens.length).fill(tokens[0]), fastJwtRepeat],
};

function requireNonce({ payload }) {
  if (payload.nonce !== nonce) throw new Error("another nonce");
}

async function nextLine() {
  const { value, done } = await lines.next();
  return done ? process.exit() : JSON.parse(value);
}

async function round([inputs, call]) {
  const began = process.cpuUsage();
  if (call.constructor.name === "AsyncFunction") for (const input of inputs) await call(input);
  else for (const input of inputs) call(input);
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6 / inputs.length;
}

if (!ways.bare[1](signed[0])) throw new Error("the bare signature does not fit");
for (;;) console.log(await round(ways[await nextLine()]));
