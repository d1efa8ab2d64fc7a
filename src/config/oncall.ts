import { z } from 'zod';
import { isDate } from '#domain/alert/days.ts';
import { ABSOLUTE, duration, NAME, USER } from './kinds.ts';

const HANDOVER = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day (?:[01]\d|2[0-3]):[0-5]\d$/u;

/** Who is woken: people who take turns week by week, or a calendar of shifts. */
export const oncall = z.strictObject({
  people: z.array(USER).default([]).describe('User names, in the order of their weeks; with a calendar, those that may stand in it'),
  handover: z
    .string()
    .regex(HANDOVER, 'must be a day and a time such as monday 09:00')
    .default('monday 09:00')
    .describe('When the next one takes over, in the time zone above'),
  starts: z
    .string()
    .refine(isDate, 'must be a date such as 2026-01-05')
    .optional()
    .describe('The first of the list takes over at the first handover on that day or after it'),
  ics: z
    .strictObject({
      url: z
        .string()
        .regex(/^https?:\/\/[^\s/]+\S*$/u, 'must be an address such as https://cloud.example.org/oncall.ics')
        .optional()
        .describe('Address of an iCalendar; a reference, if whoever knows it can read it'),
      file: ABSOLUTE.optional().describe("An iCalendar on vigie's machine"),
      names: z.record(NAME, USER).default({}).describe('What stands in the calendar, a mail address or a name: the user name'),
      timeout: duration.default('10s').describe('How long reading may take'),
    })
    .optional()
    .describe('A calendar of shifts in the place of weeks; it is read again every 15 minutes'),
});
