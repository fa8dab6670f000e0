// An app's sign-in and refresh, by each library as shipped. Argument: which one. Standard input:
// a line of JSON that says where we are, then the link that the browser came back with. Standard
// output: the URL to open, then what the library made of the answers.

import { createInterface } from 'node:readline';
import appauth from '@openid/appauth'; // 1.3.2: what came later runs only out of a bundler
import nodeSupport from '@openid/appauth/built/node_support/index.js';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => (await lines.next()).value;
const say = (value) => console.log(JSON.stringify(value));
const app = JSON.parse(await read());
const insecure = { [oauth.allowInsecureRequests]: true }; // this provider is on loopback

const libraries = {
  // It compares the metadata's issuer with the URL asked, so it gets the members, not the URL
  'openid-client': async () => {
    const server = await (await fetch(`${app.base}/.well-known/openid-configuration`)).json();
    const config = new openid.Configuration(server, app.client_id, undefined, openid.None());
    openid.allowInsecureRequests(config);
    const verifier = openid.randomPKCECodeVerifier();
    const [state, nonce] = [openid.randomState(), openid.randomNonce()];
    const url = openid.buildAuthorizationUrl(config, {
      ...request(),
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
    const tokens = await openid.authorizationCodeGrant(config, await opened(url.href), checks);
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token);
    return [tokens.claims().sub, tokens, refreshed];
  },

  oauth4webapi: async () => {
    const response = await oauth.discoveryRequest(new URL(app.base), insecure);
    const server = await oauth.processDiscoveryResponse(new URL(app.issuer), response);
    const client = { client_id: app.client_id };
    const verifier = oauth.generateRandomCodeVerifier();
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
    const url = new URL(server.authorization_endpoint);
    const challenge = await oauth.calculatePKCECodeChallenge(verifier);
    const sent = { ...request(), response_type: 'code', client_id: app.client_id, state, nonce };
    Object.assign(sent, { code_challenge: challenge, code_challenge_method: 'S256' });
    url.search = new URLSearchParams(sent);
    const answer = oauth.validateAuthResponse(server, client, await opened(url.href), state);
    const none = oauth.None();
    const tokens = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(
        server, client, none, answer, app.redirect_uri, verifier, insecure,
      ),
      { expectedNonce: nonce, requireIdToken: true },
    );
    const refresh = await oauth.refreshTokenGrantRequest(
      server, client, none, tokens.refresh_token, insecure,
    );
    const refreshed = await oauth.processRefreshTokenResponse(server, client, refresh);
    return [oauth.getValidatedIdTokenClaims(tokens).sub, tokens, refreshed];
  },

  '@openid/appauth': async () => {
    const requestor = new appauth.FetchRequestor();
    const server = await appauth.AuthorizationServiceConfiguration.fetchFromIssuer(
      app.base, requestor,
    );
    const { scope, ...others } = request();
    const asked = new appauth.AuthorizationRequest({
      client_id: app.client_id,
      redirect_uri: app.redirect_uri,
      scope,
      response_type: appauth.AuthorizationRequest.RESPONSE_TYPE_CODE,
      extras: { prompt: others.prompt, nonce: 'nonce-that-the-app-compares' },
    }, new nodeSupport.NodeCrypto());
    await asked.setupCodeVerifier();
    const back = await opened(
      new Browser(new appauth.BasicQueryStringUtils(), new nodeSupport.NodeCrypto())
        .buildRequestUrl(server, asked),
    );
    const handler = new appauth.BaseTokenRequestHandler(requestor);
    const grant = (members) => handler.performTokenRequest(server, new appauth.TokenRequest({
      client_id: app.client_id, redirect_uri: app.redirect_uri, ...members,
    }));
    const tokens = await grant({
      grant_type: appauth.GRANT_TYPE_AUTHORIZATION_CODE,
      code: back.searchParams.get('code'),
      extras: { code_verifier: asked.internal.code_verifier },
    });
    const refreshed = await grant({
      grant_type: appauth.GRANT_TYPE_REFRESH_TOKEN, refresh_token: tokens.refreshToken,
    });
    const [, claims] = tokens.idToken.split('.');
    const { sub } = JSON.parse(Buffer.from(claims, 'base64url'));
    return [sub, { refresh_token: tokens.refreshToken }, { refresh_token: refreshed.refreshToken }];
  },
};

class Browser extends appauth.AuthorizationRequestHandler {}

function request() {
  const { redirect_uri } = app;
  return { redirect_uri, scope: 'openid offline_access', prompt: 'consent' };
}

async function opened(url) {
  say(url);
  return new URL(await read());
}

const [sub, tokens, refreshed] = await libraries[process.argv[2]]();
say({ sub, rotated: refreshed.refresh_token !== tokens.refresh_token });
process.exit(0);
