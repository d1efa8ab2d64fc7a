import type { Aggregation } from './aggregation-kind.ts';
import { hitOf, sortedBy } from './hits.ts';
import { knownMembers, wholeIn } from './json-reading.ts';

export const topHits: Aggregation = (definition, documents) => {
  knownMembers(definition, 'top_hits', ['size', 'from', 'sort', '_source', 'track_scores', 'version', 'seq_no_primary_term', 'explain']);
  const from = wholeIn(definition['from'], 'from', 0);
  const size = wholeIn(definition['size'], 'size', 3);
  const ordered = sortedBy(definition['sort'], documents);
  const hits = ordered.documents.slice(from, from + size).map((document) => {
    const { id, index, source, sort } = hitOf(document, { source: definition['_source'], fields: undefined }, ordered);
    const scored = definition['sort'] === undefined;
    return {
      _index: index,
      _id: id,
      _score: scored ? 1 : null,
      ...(definition['_source'] === false ? {} : { _source: source }),
      ...(scored ? {} : { sort }),
    };
  });
  return {
    hits: {
      total: { value: documents.length, relation: 'eq' },
      max_score: definition['sort'] === undefined && hits.length > 0 ? 1 : null,
      hits,
    },
  };
};
