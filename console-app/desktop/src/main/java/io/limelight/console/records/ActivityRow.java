package io.limelight.console.records;

/**
 * A row of the activity record, as it is kept. Texts are those that were hashed, to the byte: whoever reads {@code objects} and {@code
 * facts} parses them, and nobody writes them again.
 *
 * @param profile whose record
 * @param sequence 1, 2, 3… without gaps
 * @param at ISO 8601 in UTC
 * @param source {@code own}, {@code verifier} or {@code console}
 * @param kind {@code group.verb}
 * @param objects JSON array of texts
 * @param outcome {@code done}, {@code partly}, {@code failed}, {@code cancelled}; {@code told} of what others said
 * @param facts JSON object of texts, keys in order
 * @param origin what it was told as, so that it is kept once; empty: nothing
 * @param previous hash of the row before, hex; 64 zeros for the first
 * @param hash of this row, hex ({@link ActivityChain})
 */
public record ActivityRow(
        long profile,
        long sequence,
        String at,
        String source,
        String kind,
        String objects,
        String outcome,
        String facts,
        String origin,
        String previous,
        String hash) {}
