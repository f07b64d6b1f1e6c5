package io.limelight.cli.tenant;

import io.limelight.core.api.OperationalState;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Status answers in the shapes Keylime's tenant prints: under the machine's id, states as words. */
final class StatusView {
    private static final String STATE = "operational_state";
    private static final String SHARE = "v";
    private static final String HIDDEN = "(hidden)";

    private static final String[] REGISTRAR_MEMBERS = {
        "aik_tpm", "regcount", "ek_tpm", "ip", "port", "mtls_cert", "ekcert"
    };

    private StatusView() {}

    /** {@code {"<id>": {…}}} from a verifier's answer about one machine. */
    static ObjectNode ofVerifier(String id, ObjectNode envelope) {
        ObjectNode view = envelope.objectNode();
        view.set(id, status(envelope.path("results"), false));
        return view;
    }

    /** {@code {"<id>": {…}, …}} from a verifier's answer about all machines. */
    static ObjectNode ofAll(ObjectNode envelope) {
        ObjectNode view = envelope.objectNode();
        for (Map.Entry<String, JsonNode> machine : envelope.path("results").properties()) {
            view.set(machine.getKey(), status(machine.getValue(), true));
        }
        return view;
    }

    private static JsonNode status(JsonNode results, boolean bulk) {
        if (!(results instanceof ObjectNode given)) {
            return results;
        }
        ObjectNode status = given.deepCopy();
        JsonNode number = status.get(STATE);
        if (number != null && number.isIntegralNumber()) {
            Optional<OperationalState> state = OperationalState.of(number.longValue());
            state.ifPresent(known -> status.put(STATE, known.text()));
        } else if (bulk && (number == null || number.isNull())) {
            status.put(STATE, "Not applicable (Push Mode)");
        }
        // Keylime's verifier gives V away in clear; it is no business of a terminal or a log.
        if (status.has(SHARE) && !status.get(SHARE).isNull()) {
            status.put(SHARE, HIDDEN);
        }
        return status;
    }

    /** {@code {"<id>": {…, "operational_state": "Registered"}}} from a registrar's answer. */
    static ObjectNode ofRegistrar(String id, ObjectNode envelope) {
        ObjectNode record = envelope.objectNode();
        JsonNode results = envelope.path("results");
        for (String member : REGISTRAR_MEMBERS) {
            JsonNode value = results.get(member);
            record.set(member, value == null ? envelope.nullNode() : value);
        }
        record.put(STATE, OperationalState.REGISTERED.text());
        ObjectNode view = envelope.objectNode();
        view.set(id, record);
        return view;
    }
}
