package io.limelight.console.provision;

import io.limelight.console.payloads.PayloadMode;
import io.limelight.core.api.AgentId;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that was chosen and typed, and no secret: what a draft keeps.
 *
 * @param machines chosen
 * @param mode how the payload travels; empty: there is none
 * @param texts of fields, as typed
 * @param runtime where the runtime policy comes from
 * @param boot where the measured boot policy comes from
 */
record ProvisionForm(
        List<AgentId> machines,
        Optional<PayloadMode> mode,
        Map<Field, String> texts,
        PolicyFrom runtime,
        PolicyFrom boot) {
    private static final int MOST_MACHINES = 1000;
    private static final int LONGEST = 4096;

    /** A field of text. */
    enum Field {
        /** The folder or file of the payload. */
        PLACE,
        /** The sealed payload beside a key. */
        SEALED,
        /** The CA's folder. */
        CA,
        /** Key of a new CA: a word of {@code KeyKind}. */
        CA_KEY,
        /** CN of a new CA; this and the following are empty where what {@code ca.conf} says is good. */
        CA_NAME,
        /** Days a new CA is valid. */
        CA_DAYS,
        /** O of certificates. */
        ORGANIZATION,
        /** OU of certificates. */
        UNIT,
        /** L of certificates. */
        LOCALITY,
        /** ST of certificates. */
        STATE,
        /** C of certificates. */
        COUNTRY,
        /** File of the runtime policy. */
        RUNTIME_FILE,
        /** Name of the runtime policy at the verifier. */
        RUNTIME_NAME,
        /** File of the measured boot policy. */
        BOOT_FILE,
        /** Name of the measured boot policy at the verifier. */
        BOOT_NAME,
        /** JSON of the TPM policy. */
        TPM;

        String key() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** Where a policy comes from. */
    enum PolicyFrom {
        /** There is none. */
        NONE,
        /** A file of this computer. */
        FILE,
        /** The verifier has it. */
        NAME;

        String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Copies. */
    ProvisionForm {
        machines = List.copyOf(machines);
        texts = Map.copyOf(texts);
    }

    static ProvisionForm empty(String ca) {
        Map<Field, String> texts = new EnumMap<>(Field.class);
        texts.put(Field.CA, ca);
        texts.put(Field.CA_KEY, "rsa2048");
        return new ProvisionForm(
                List.of(), Optional.of(PayloadMode.CERTIFICATE_PACKAGE), texts, PolicyFrom.NONE, PolicyFrom.NONE);
    }

    String text(Field field) {
        return texts.getOrDefault(field, "");
    }

    String json() {
        ObjectNode json = WireJson.object();
        var ids = json.putArray("machines");
        machines.forEach(id -> ids.add(id.value()));
        mode.ifPresent(chosen -> json.put("mode", chosen.name()));
        ObjectNode fields = json.putObject("fields");
        texts.forEach((field, text) -> fields.put(field.key(), text));
        json.put("runtime", runtime.name());
        json.put("boot", boot.name());
        return WireJson.compactText(json);
    }

    /** Reads what {@link #json} wrote; what cannot be understood is as if it had not been chosen. */
    static ProvisionForm read(String text) throws IOException {
        ObjectNode json = WireJson.parseObject(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        List<AgentId> machines = new ArrayList<>();
        JsonNode ids = json.path("machines");
        for (int i = 0; i < Math.min(ids.size(), MOST_MACHINES); i++) {
            // One that is none is of another version of this program, or edited.
            String id = ids.get(i).asString("");
            if (AgentId.problem(id).isEmpty()) {
                machines.add(AgentId.of(id));
            }
        }
        Map<Field, String> texts = new EnumMap<>(Field.class);
        for (Field field : Field.values()) {
            WireJson.text(json.path("fields"), field.key())
                    .filter(value -> value.length() <= LONGEST)
                    .ifPresent(value -> texts.put(field, value));
        }
        return new ProvisionForm(
                machines,
                one(PayloadMode.class, json, "mode"),
                texts,
                one(PolicyFrom.class, json, "runtime").orElse(PolicyFrom.NONE),
                one(PolicyFrom.class, json, "boot").orElse(PolicyFrom.NONE));
    }

    private static <E extends Enum<E>> Optional<E> one(Class<E> type, ObjectNode json, String member) {
        Optional<String> name = WireJson.text(json, member);
        for (E each : type.getEnumConstants()) {
            if (name.filter(each.name()::equals).isPresent()) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
