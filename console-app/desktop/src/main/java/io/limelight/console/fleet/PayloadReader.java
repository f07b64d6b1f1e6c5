package io.limelight.console.fleet;

import io.limelight.core.json.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads what a Limelight agent says of its payload. It is a machine's word: bounded and printable, and nothing in it is required. */
final class PayloadReader {
    private static final int SHOWN = 400;
    private static final int MOST = 20;

    private PayloadReader() {}

    static PayloadReport read(ObjectNode status) {
        List<String> problems = new ArrayList<>();
        JsonNode told = status.get("action_problems");
        if (told != null && told.isArray()) {
            for (int i = 0; i < Math.min(told.size(), MOST); i++) {
                problems.add(Printable.of(told.get(i).asString(""), SHOWN));
            }
        }
        JsonNode exit = status.get("script_exit");
        return new PayloadReport(
                text(status, "payload_stage"),
                text(status, "payload_problem"),
                Optional.of(text(status, "script_running_since")).filter(since -> !since.isEmpty()),
                exit != null && exit.isInt() ? OptionalInt.of(exit.asInt()) : OptionalInt.empty(),
                text(status, "secure_size"),
                problems);
    }

    private static String text(ObjectNode status, String member) {
        return WireJson.text(status, member)
                .map(text -> Printable.of(text, SHOWN))
                .orElse("");
    }
}
