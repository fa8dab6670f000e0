// The certified provider for the tests: its configuration arrives as JSON on the first line of
// standard input, and it ends when standard input does, whatever became of who started it.

import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const lines = createInterface({ input: process.stdin });
lines.once('line', (line) => start(JSON.parse(line)));
lines.once('close', () => process.exit(0));

function start({ port, clients, keys }) {
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: clients.map((client) => ({
      ...client,
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    })),
    // The first key signs; the others stay published
    jwks: { keys },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    features: { revocation: { enabled: true } },
    issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'),
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['only-for-tests'] },
  });
  provider.listen(port, '127.0.0.1', () => console.log('ready'));
}
