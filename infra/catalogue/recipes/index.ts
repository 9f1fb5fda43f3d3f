/** Systems in a few lines: each recipe says what is usual, its options say what is special. */
export { mariadb, messaging, postgis, postgres, redis } from "./datastores";
export { databaseParts, django, POOL } from "./django";
export { system } from "./system";
