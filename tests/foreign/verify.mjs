// Gives our artefacts to libraries that we did not write, and prints what each says of them, as JSON.
// Standard input: {now, pages: {address: JSON or text}, badge, token}. Nothing is fetched: an address that is not among
// the pages is refused, and said.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const require = createRequire(`${process.env.FOREIGN_MODULES}/`);
const load = async name => import(pathToFileURL(require.resolve(name)));
const {pages, badge, token, now} = JSON.parse(readFileSync(0, 'utf8'));

const refused = [];
const page = url => {
  if(!(url in pages)) {
    refused.push(url);
    throw new Error(`tried to fetch ${url}`);
  }
  return pages[url];
};

globalThis.fetch = async asked => {
  const body = page(String(asked.url ?? asked));
  return new Response(JSON.stringify(body), {status: 200, headers: {'content-type': 'application/json'}});
};
console.warn = () => {};

const documentLoader = async url => ({contextUrl: null, documentUrl: url, document: page(url)});

const said = async check => {
  try {
    return await check();
  } catch(error) {
    return {verified: false, error: String(error.message ?? error)};
  }
};

const jose = await load('jose');
const {verifyCredential} = await load('@digitalbazaar/vc');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {cryptosuite} = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const {checkStatus} = await load('@digitalbazaar/vc-bitstring-status-list');

const dcc = await load('@digitalcredentials/verifier-core');

const suite = () => new DataIntegrityProof({cryptosuite});
const readToken = async (jws, typ) => {
  const {kid} = jose.decodeProtectedHeader(jws);
  const key = await jose.importJWK(page(kid), 'ES256');
  return (await jose.jwtVerify(jws, key, {algorithms: ['ES256'], typ, currentDate: new Date(now)})).payload;
};

// Each of its checks, by name; and whether the badge fits the schema that it names.
const readAsDcc = async () => {
  const {log, additionalInformation = [], errors} = await dcc.verifyCredential({credential: badge, knownDIDRegistries: []});
  const schemas = additionalInformation.find(one => one.id === 'schema_check')?.results ?? [];
  return {
    ...Object.fromEntries((log ?? []).map(({id, valid}) => [id, valid])),
    schema: schemas.map(one => one.result?.valid ?? null),
    errors: (errors ?? []).map(one => one.message ?? one.name),
  };
};

const errors = result => [result.error, ...(result.error?.errors ?? [])].filter(Boolean).map(one => String(one.message));

const found = {
  jose: await said(async () => ({verified: true, claims: await readToken(token, 'JWT')})),
  // The set that servers cache; it must hold the key that the token names by address.
  jwks: await said(async () => {
    const keys = page('jwks').keys.map(key => key.kid);
    return {verified: keys.includes(jose.decodeProtectedHeader(token).kid.split('/').at(-1))};
  }),
  list: await said(async () => {
    const claims = jose.decodeJwt(token);
    const payload = await readToken(page(claims.credentialStatus.statusListCredential), 'vc+jwt');
    return {verified: true, ttl: payload.credentialSubject.ttl, type: payload.type};
  }),
  digitalbazaar: await said(async () => {
    const result = await verifyCredential({credential: badge, suite: suite(), documentLoader, now: new Date(now), checkStatus:
      options => checkStatus({...options, suite: suite(), documentLoader, verifyBitstringStatusListCredential: true})});
    const status = result.statusResult?.results?.[0]?.status ?? null;
    return {verified: result.verified, status, errors: errors(result), statusErrors: errors(result.statusResult ?? {})};
  }),
  dcc: await said(readAsDcc),
};
process.stdout.write(JSON.stringify({...found, refused}));
