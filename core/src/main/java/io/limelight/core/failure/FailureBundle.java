package io.limelight.core.failure;

import io.limelight.core.json.WireJson;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything there is to say about a failure, as JSON for people and programs: what happened, how severe it is, why that usually
 * happens, where in the evidence it is seen, what can be done.
 */
public final class FailureBundle {
    private static final Pattern PCR = Pattern.compile(".*_pcr_([0-9]{1,2})");

    private FailureBundle() {}

    /** The bundle. */
    public static ObjectNode of(Failure failure, Severity severity) {
        ObjectNode bundle = WireJson.object()
                .put("id", failure.id())
                .put("severity_label", severity.label())
                .put("severity_level", severity.level())
                .put("sentence", failure.sentence());
        ArrayNode causes = bundle.putArray("likely_causes");
        failure.likelyCauses().forEach(causes::add);
        bundle.set("evidence", pointers(failure));
        ArrayNode actions = bundle.putArray("actions");
        ArrayNode ids = bundle.putArray("action_ids");
        NextStep.after(failure.id()).forEach(step -> {
            actions.add(step.sentence());
            ids.add(step.id());
        });
        bundle.set("context", FailureJson.context(failure));
        return bundle.put("recoverable", failure.recoverable());
    }

    /** Rows of the measurement list are counted from 1 as in sentences, events of the boot log as its parser numbers them. */
    private static ArrayNode pointers(Failure failure) {
        ArrayNode pointers = WireJson.object().putArray("evidence");
        if (failure.context().get("entry") instanceof Number entry) {
            pointers.addObject().put("in", "ima_list").put("entry", entry.longValue());
        }
        Matcher pcr = PCR.matcher(failure.id());
        if (pcr.matches()) {
            pointers.addObject().put("in", "quote").put("pcr", Integer.parseInt(pcr.group(1)));
        } else if (failure.id().equals(EventComponent.IMA.id("pcr_mismatch"))) {
            pointers.addObject().put("in", "quote").put("pcr", 10);
        }
        if (failure.context().get("events") instanceof Collection<?> events) {
            for (Object event : events) {
                if (event instanceof Number number) {
                    pointers.addObject().put("in", "boot_log").put("event", number.longValue());
                }
            }
        }
        return pointers;
    }
}
