// A certified OpenID provider on this machine, with one client for each profile that we sign in with. It logs people in by
// itself; what they are like, and what goes wrong, is told by POST /control. Prints its address when it is ready.
import {generateKeyPairSync} from 'node:crypto';
import {createServer} from 'node:http';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const require = createRequire(`${process.env.PROVIDER_MODULES}/`);
const {Provider} = await import(pathToFileURL(require.resolve('oidc-provider')));
console.info = console.warn = () => {};

const USUAL = {subject: 'anne', acr: 'eidas1', error: null, other: null, slow: 0, claims: {}};
let now = {...USUAL};
const jwk = (type, options, alg) => ({...generateKeyPairSync(type, options).privateKey.export({format: 'jwk'}), alg, use: 'sig', kid: alg});
const ours = 'http://127.0.0.1:8000';

const server = createServer();
await new Promise(ready => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'fc', client_secret: 'f'.repeat(40), token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [`${ours}/connexion/franceconnect/retour`], post_logout_redirect_uris: [`${ours}/deconnexion/retour`],
      id_token_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256', scope: 'openid given_name family_name',
    },
    {
      client_id: 'psc', client_secret: 'p'.repeat(40), token_endpoint_auth_method: 'client_secret_post',
      redirect_uris: [`${ours}/connexion/pro-sante-connect/retour`], post_logout_redirect_uris: [`${ours}/deconnexion/retour`],
      id_token_signed_response_alg: 'RS256', scope: 'openid scope_all',
    },
  ],
  jwks: {keys: [jwk('ec', {namedCurve: 'P-256'}, 'ES256'), jwk('rsa', {modulusLength: 2048}, 'RS256')]},
  acrValues: ['eidas1', 'eidas2'],
  scopes: ['openid', 'given_name', 'family_name', 'scope_all'],
  claims: {
    openid: ['sub'], acr: null, given_name: ['given_name'], family_name: ['family_name'],
    scope_all: ['given_name', 'family_name', 'SubjectNameID', 'SubjectRefPro'],
  },
  features: {devInteractions: {enabled: false}, jwtUserinfo: {enabled: true}},
  pkce: {required: (_ctx, client) => client.clientId === 'psc'},
  interactions: {url: (_ctx, interaction) => `/interaction/${interaction.uid}`},
  findAccount: (ctx, sub, token) => ({
    accountId: token?.kind === 'AccessToken' && now.other ? now.other : sub,
    claims: () => ({sub, ...now.claims}),
  }),
});

const answer = provider.callback();
server.on('request', async (request, response) => {
  if (request.url === '/control') {
    let body = '';
    for await (const part of request) body += part;
    now = {...USUAL, ...JSON.parse(body)};
    response.end();
  } else if (request.url.startsWith('/interaction/')) {
    const {params} = await provider.interactionDetails(request, response);
    if (now.error) return provider.interactionFinished(request, response, {error: now.error});
    const grant = new provider.Grant({accountId: now.subject, clientId: params.client_id});
    grant.addOIDCScope(params.scope);
    await provider.interactionFinished(request, response, {
      login: {accountId: now.subject, acr: now.acr, remember: false}, consent: {grantId: await grant.save()},
    });
  } else {
    // Pro Santé Connect describes itself at an address of its own.
    request.url = request.url.replace('/wallet-openid-configuration', '/openid-configuration');
    if (request.url.startsWith('/token') && now.slow) await new Promise(awake => setTimeout(awake, now.slow));
    answer(request, response);
  }
});
process.stdout.write(`${issuer}\n`);
