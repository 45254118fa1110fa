// Reads {name: resource} from standard input, and prints what each of two validators of FHIR R4 finds wrong with each.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.FOREIGN_MODULES}/`);
const { Fhir } = require("fhir");
const SchemaValidator = require("@asymmetrik/fhir-json-schema-validator");

const structures = new Fhir();
const schema = new SchemaValidator();
const said = {};
for (const [name, resource] of Object.entries(JSON.parse(readFileSync(0, "utf-8")))) {
  const { messages } = structures.validate(resource, { errorOnUnexpected: true });
  // The schema shipped there is that of 4.0.0: 4.0.1 only corrected texts, and its own number is not in it yet.
  const dated = resource.fhirVersion === "4.0.1" ? { ...resource, fhirVersion: "4.0.0" } : resource;
  said[name] = {
    structure: messages.filter((one) => ["error", "fatal"].includes(one.severity)).map((one) => `${one.location}: ${one.message}`),
    schema: schema.validate(dated).map((one) => `${one.dataPath} ${one.message}`),
  };
}
process.stdout.write(JSON.stringify(said));
