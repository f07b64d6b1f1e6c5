package io.limelight.core.api;

import io.limelight.core.appraisal.ImaAnswer;
import io.limelight.core.appraisal.QuoteAnswer;
import io.limelight.core.json.WireJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Results of an agent's {@code /quotes/identity} and {@code /quotes/integrity} (reference §2.3, §2.4). Absent members
 * are null here and left out when written.
 *
 * @param quote quote text
 * @param hashAlg hash algorithm name
 * @param encAlg algorithm name of the keys
 * @param signAlg signature scheme name
 * @param pubkey PEM of the transport key, to be hashed exactly as it came
 * @param imaMeasurementList text lines
 * @param imaMeasurementListEntry index of the first of them
 * @param mbMeasurementList base64 of the boot log
 * @param boottime epoch seconds, legacy agents only
 * @param newestReceipt number of the newest receipt for a revocation notice, from Limelight agents that have one
 */
public record QuoteResults(
        @Nullable String quote,
        @Nullable String hashAlg,
        @Nullable String encAlg,
        @Nullable String signAlg,
        @Nullable String pubkey,
        @Nullable String imaMeasurementList,
        @Nullable Long imaMeasurementListEntry,
        @Nullable String mbMeasurementList,
        @Nullable Long boottime,
        @Nullable Long newestReceipt) {
    /** Of an agent that has no receipts. */
    public QuoteResults(
            @Nullable String quote,
            @Nullable String hashAlg,
            @Nullable String encAlg,
            @Nullable String signAlg,
            @Nullable String pubkey,
            @Nullable String imaMeasurementList,
            @Nullable Long imaMeasurementListEntry,
            @Nullable String mbMeasurementList,
            @Nullable Long boottime) {
        this(
                quote,
                hashAlg,
                encAlg,
                signAlg,
                pubkey,
                imaMeasurementList,
                imaMeasurementListEntry,
                mbMeasurementList,
                boottime,
                null);
    }

    /** Reads results. */
    public static QuoteResults from(JsonNode results) throws WireFormatException {
        JsonNode object = Members.object(results, "the quote answer");
        return new QuoteResults(
                Members.text(object, "quote"),
                Members.text(object, "hash_alg"),
                Members.text(object, "enc_alg"),
                Members.text(object, "sign_alg"),
                Members.text(object, "pubkey"),
                Members.text(object, "ima_measurement_list"),
                Members.number(object, "ima_measurement_list_entry"),
                Members.text(object, "mb_measurement_list"),
                Members.number(object, "boottime"),
                // Nothing is judged by it, so nonsense in it makes no good quote a bad one.
                WireJson.number(object, "newest_receipt")
                        .filter(number -> number > 0)
                        .orElse(null));
    }

    /** What an appraisal looks at. */
    public QuoteAnswer answer() {
        Long entry = imaMeasurementListEntry;
        ImaAnswer ima = imaMeasurementList == null
                ? null
                : new ImaAnswer(imaMeasurementList, entry == null ? 0 : entry.longValue());
        return new QuoteAnswer(quote, hashAlg, encAlg, signAlg, pubkey, ima, mbMeasurementList);
    }

    /** For an answer. */
    public ObjectNode toJson() {
        ObjectNode object = WireJson.object();
        Members.putIfPresent(object, "quote", quote);
        Members.putIfPresent(object, "hash_alg", hashAlg);
        Members.putIfPresent(object, "enc_alg", encAlg);
        Members.putIfPresent(object, "sign_alg", signAlg);
        Members.putIfPresent(object, "pubkey", pubkey);
        Members.putIfPresent(object, "ima_measurement_list", imaMeasurementList);
        if (imaMeasurementListEntry != null) {
            object.put("ima_measurement_list_entry", imaMeasurementListEntry);
        }
        Members.putIfPresent(object, "mb_measurement_list", mbMeasurementList);
        if (boottime != null) {
            object.put("boottime", boottime);
        }
        if (newestReceipt != null) {
            object.put("newest_receipt", newestReceipt);
        }
        return object;
    }
}
