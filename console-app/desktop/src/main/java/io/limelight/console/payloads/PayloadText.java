package io.limelight.console.payloads;

import io.limelight.core.json.WireJson;
import io.limelight.core.payload.ActionReader;
import io.limelight.core.payload.PackageTreeReader.Content;
import io.limelight.core.payload.PackageTreeReader.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A draft as JSON. What is read may be anybody's: where it is no draft, there is none. */
final class PayloadText {
    private static final int MOST_FILES = 20_000;

    private PayloadText() {}

    /** A draft, and whether it is one of those a person likes best. */
    record Kept(PayloadDraft draft, boolean favourite) {}

    static String of(Kept kept) {
        PayloadDraft draft = kept.draft();
        ObjectNode json = WireJson.object();
        json.put("name", draft.name());
        json.put("mode", draft.mode().name());
        json.put("favourite", kept.favourite());
        draft.place().ifPresent(place -> json.put("place", place.toString()));
        draft.script().ifPresent(text -> json.put("script", text));
        ArrayNode files = json.putArray("files");
        for (Part part : draft.files()) {
            ObjectNode file = files.addObject();
            file.put("name", part.name());
            switch (part.content()) {
                case Content.OfFile(Path path) -> file.put("file", path.toString());
                case Content.OfText(String text) -> file.put("text", text);
            }
        }
        ArrayNode actions = json.putArray("actions");
        draft.actions().forEach(actions::add);
        ArrayNode readers = json.putArray("readers");
        draft.readers().forEach(reader -> readers.add(reader.name()));
        return WireJson.compactText(json);
    }

    static Optional<Kept> read(String text) {
        try {
            ObjectNode json = WireJson.parseObject(text.getBytes(StandardCharsets.UTF_8));
            Optional<String> name = WireJson.text(json, "name");
            Optional<String> mode = WireJson.text(json, "mode");
            if (name.isEmpty() || mode.isEmpty()) {
                return Optional.empty();
            }
            List<Part> files = new ArrayList<>();
            for (JsonNode file : array(json, "files")) {
                Optional<String> called = WireJson.text(file, "name");
                Optional<String> written = WireJson.text(file, "text");
                Optional<String> path = WireJson.text(file, "file");
                if (called.isPresent() && files.size() < MOST_FILES && (written.isPresent() || path.isPresent())) {
                    Content content = written.isPresent()
                            ? new Content.OfText(written.get())
                            : new Content.OfFile(Path.of(path.get()));
                    files.add(new Part(called.get(), content));
                }
            }
            List<String> actions = new ArrayList<>();
            for (JsonNode action : array(json, "actions")) {
                if (action.isString()) {
                    actions.add(action.stringValue());
                }
            }
            Set<ActionReader> readers = EnumSet.noneOf(ActionReader.class);
            for (JsonNode reader : array(json, "readers")) {
                readers.add(ActionReader.valueOf(reader.stringValue()));
            }
            return Optional.of(new Kept(
                    new PayloadDraft(
                            name.get(),
                            PayloadMode.valueOf(mode.get()),
                            WireJson.text(json, "place").map(Path::of),
                            WireJson.text(json, "script"),
                            files,
                            actions,
                            readers.isEmpty() ? PayloadDraft.USUAL_READERS : readers),
                    json.path("favourite").asBoolean(false)));
        } catch (IOException | IllegalArgumentException e) {
            // InvalidPathException is one of the latter.
            return Optional.empty();
        }
    }

    private static Iterable<JsonNode> array(JsonNode json, String name) {
        return json.get(name) instanceof ArrayNode array ? array : List.of();
    }
}
