package io.limelight.core.api;

import io.limelight.core.json.WireJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A failure as a Limelight verifier tells it ({@code docs/api.md}). Every text is printable and bounded: much of it names files and
 * keys of a machine nobody trusts.
 *
 * @param id event id as on Keylime's wire
 * @param severity label; may be empty
 * @param sentence what happened
 * @param likelyCauses why that usually happens
 * @param places where in the evidence it is seen; only in timelines
 * @param actions what can be done; only in timelines
 * @param context details by name
 * @param recoverable whether checking went on after it
 */
public record ToldFailure(
        String id,
        String severity,
        String sentence,
        List<String> likelyCauses,
        List<Place> places,
        List<Action> actions,
        Map<String, String> context,
        boolean recoverable) {
    private static final int MAX_ID = 200;
    private static final int MAX_SENTENCE = 2_000;
    private static final int MAX_DETAIL = 1_000;
    private static final int MOST = 32;

    /** Copies. */
    public ToldFailure {
        likelyCauses = List.copyOf(likelyCauses);
        places = List.copyOf(places);
        actions = List.copyOf(actions);
        context = Collections.unmodifiableMap(new LinkedHashMap<>(context));
    }

    /**
     * Something that can be done.
     *
     * @param id by which programs know it ({@code docs/api.md}); empty where the service names none
     * @param sentence for people
     */
    public record Action(String id, String sentence) {}

    /** What the number of a {@link Place} counts. */
    public enum Where {
        /** Rows of the measurement list, from 1. */
        IMA_LIST,
        /** PCRs of the quote. */
        PCR,
        /** Events of the boot log. */
        BOOT_LOG
    }

    /**
     * A place in the evidence.
     *
     * @param in of what
     * @param number which one
     */
    public record Place(Where in, long number) {}

    /** Reads one. What is said about a failure is no reason to refuse a list, so odd details are left out. */
    public static ToldFailure from(JsonNode json) throws WireFormatException {
        ObjectNode object = Members.object(json, "a failure");
        return new ToldFailure(
                Texts.printable(Members.requiredText(object, "id"), MAX_ID),
                text(object, "severity_label", MAX_ID),
                text(object, "sentence", MAX_SENTENCE),
                texts(object.path("likely_causes")),
                places(object.path("evidence")),
                actions(object.path("actions"), object.path("action_ids")),
                context(object.path("context")),
                object.path("recoverable").asBoolean(true));
    }

    private static String text(ObjectNode object, String key, int most) {
        return WireJson.text(object, key)
                .map(text -> Texts.printable(text, most))
                .orElse("");
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : list) {
            if (element.isString() && texts.size() < MOST) {
                texts.add(Texts.printable(element.stringValue(), MAX_SENTENCE));
            }
        }
        return texts;
    }

    /** Ids that are not one for each sentence belong to none. */
    private static List<Action> actions(JsonNode sentences, JsonNode ids) {
        boolean named = sentences.isArray() && ids.isArray() && ids.size() == sentences.size();
        List<Action> actions = new ArrayList<>();
        for (int i = 0; i < sentences.size() && actions.size() < MOST; i++) {
            JsonNode sentence = sentences.path(i);
            if (sentence.isString()) {
                String id = named ? ids.path(i).asString("") : "";
                actions.add(
                        new Action(Texts.printable(id, MAX_ID), Texts.printable(sentence.stringValue(), MAX_SENTENCE)));
            }
        }
        return actions;
    }

    private static List<Place> places(JsonNode list) {
        List<Place> places = new ArrayList<>();
        for (JsonNode place : list) {
            @Nullable Where in = switch (place.path("in").asString("")) {
                case "ima_list" -> Where.IMA_LIST;
                case "quote" -> Where.PCR;
                case "boot_log" -> Where.BOOT_LOG;
                default -> null;
            };
            if (in == null || places.size() == MOST) {
                continue;
            }
            long number = switch (in) {
                case IMA_LIST -> place.path("entry").asLong(-1);
                case PCR -> place.path("pcr").asLong(-1);
                case BOOT_LOG -> place.path("event").asLong(-1);
            };
            if (number >= 0 && (in != Where.PCR || number < 24)) {
                places.add(new Place(in, number));
            }
        }
        return places;
    }

    private static Map<String, String> context(JsonNode object) {
        Map<String, String> context = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            if (context.size() == MOST) {
                break;
            }
            JsonNode value = entry.getValue();
            String text = value.isString() ? value.stringValue() : value.isArray() ? joined(value) : value.toString();
            context.put(Texts.printable(entry.getKey(), 80), Texts.printable(text, MAX_DETAIL));
        }
        return context;
    }

    private static String joined(JsonNode list) {
        StringBuilder text = new StringBuilder();
        for (JsonNode element : list) {
            if (text.length() > MAX_DETAIL) {
                break;
            }
            text.append(text.isEmpty() ? "" : ", ")
                    .append(element.isString() ? element.stringValue() : element.toString());
        }
        return text.toString();
    }
}
