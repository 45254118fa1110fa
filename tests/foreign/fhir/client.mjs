// A FHIR client that we did not write asks our server what an employer's software would, and prints what it understood.
import { pathToFileURL } from "node:url";

const library = `${process.env.FOREIGN_MODULES}/node_modules/fhir-kit-client/dist/index.js`;
const { Client, CapabilityTool } = await import(pathToFileURL(library).href);

const [, , baseUrl, key, identifier] = process.argv;
const client = new Client({ baseUrl });
const said = {};
const statement = await client.capabilityStatement();
said.version = statement.fhirVersion;
said.can = new CapabilityTool(statement).resourceCan("Practitioner", "read");
const found = await client.search({ resourceType: "Practitioner", searchParams: { identifier } });
said.found = found.entry.map((one) => one.resource.qualification[0].identifier[0].value);
const read = await client.read({ resourceType: "Practitioner", id: found.entry[0].resource.id });
said.read = read.name[0].text;
const refusals = { "without a key": () => client.search({ resourceType: "Practitioner", searchParams: { _count: "2" } }) };
refusals["by name"] = () => client.search({ resourceType: "Practitioner", searchParams: { family: "Perrin" } });
refusals["of nobody"] = () => client.read({ resourceType: "Practitioner", id: "nobody" });
refusals["written"] = () => client.create({ resourceType: "Practitioner", body: { resourceType: "Practitioner" } });
said.refused = {};
for (const [name, ask] of Object.entries(refusals)) {
  said.refused[name] = await ask().then(
    () => null,
    (error) => [error.response.status, error.response.data.issue[0].code],
  );
}
client.bearerToken = key;
said.pages = [];
let page = await client.search({ resourceType: "Practitioner", searchParams: { _count: "2" } });
while (page) {
  said.pages.push((page.entry ?? []).length);
  page = await client.nextPage({ bundle: page });
}
process.stdout.write(JSON.stringify(said));
