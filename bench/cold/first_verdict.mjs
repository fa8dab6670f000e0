// Node's first verdict: the key set from DynamoDB, then one ID Token, as the usual packages do it.
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { JwtVerifier } from "aws-jwt-verify";

const { TOKEN, KEYS_TABLE, KEYS_OF, ISSUER, CLIENT_ID } = process.env;

const dynamodb = new DynamoDBClient({});
const verifier = JwtVerifier.create({ issuer: ISSUER, audience: CLIENT_ID });

async function handler({ token }) {
  const Key = { issuer: { S: KEYS_OF }, item: { S: "keys" } };
  const get = new GetItemCommand({ TableName: KEYS_TABLE, Key, ConsistentRead: true });
  const { Item } = await dynamodb.send(get);
  verifier.cacheJwks(JSON.parse(Item.document.S));
  return { active: true, claims: verifier.verifySync(token) };
}

// Ends with its standard input, so that its memory can be read first
process.stdin.on("end", () => process.exit()).resume();
handler({ token: TOKEN }).then((verdict) => console.log(JSON.stringify(verdict)));
