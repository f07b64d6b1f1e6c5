package io.limelight.core.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A page of the list of machines of a Limelight verifier.
 *
 * @param machines in the order told
 * @param refused how many entries have an id that this program does not use
 * @param refusedExample why one of them is refused, a sentence; empty without
 * @param nextAfter asks for the next page; empty on the last
 */
public record MachinePage(
        List<ListedMachine> machines, int refused, String refusedExample, Optional<String> nextAfter) {
    /** Longer than any id, so that a list of odd ids can be read to its end. */
    private static final int MAX_CURSOR = 16 << 10;

    /** Copies. */
    public MachinePage {
        machines = List.copyOf(machines);
    }

    static MachinePage from(JsonNode results, int limit) throws WireFormatException {
        ObjectNode object = Members.object(results, "the list of machines");
        JsonNode list = object.get("agents");
        if (list == null || !list.isArray()) {
            throw new WireFormatException("the member agents is no list");
        }
        if (list.size() > limit) {
            throw new WireFormatException("the page has " + list.size() + " machines where " + limit + " were asked for");
        }
        List<ListedMachine> machines = new ArrayList<>(list.size());
        int refused = 0;
        String example = "";
        for (JsonNode machine : list) {
            try {
                machines.add(ListedMachine.from(machine));
            } catch (InvalidAgentIdException e) {
                refused++;
                example = example.isEmpty() ? String.valueOf(e.getMessage()) : example;
            }
        }
        String next = Members.textOnly(object, "next_after");
        if (next != null && (next.isEmpty() || next.length() > MAX_CURSOR)) {
            throw new WireFormatException("the member next_after is no cursor");
        }
        return new MachinePage(machines, refused, example, Optional.ofNullable(next));
    }
}
