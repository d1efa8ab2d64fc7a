/** Statements that the server runs to their end as one, whatever becomes of vigie. */
export function atOnce(statements: string): string {
  return `delimiter //\nbegin not atomic\n${statements}\nend//\ndelimiter ;`;
}

/** What is set for a statement, and set back whatever comes of it. For `atOnce`. */
export function between(before: string, statement: string, after: string): string {
  return `begin
  declare exit handler for sqlexception begin ${after} resignal; end;
  ${before}
  ${statement}
  ${after}
end;`;
}
