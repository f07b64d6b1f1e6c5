package io.limelight.console.policies;

import io.limelight.console.policies.TpmTemplates.Template;
import io.limelight.core.api.AgentId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which machines are judged by which TPM policy. Machines and templates are brought together by what the policies say, since a policy has no
 * name on the wire.
 *
 * @param templates with the machines that are judged by what each says, by name
 * @param unnamed policies of machines that are those of no template, the most used first
 * @param unreadable machines whose policy cannot be read here, and so by no verifier of ours
 */
public record TpmUse(List<Used> templates, List<Unnamed> unnamed, List<AgentId> unreadable) {
    /** Nobody was asked. */
    public static final TpmUse NONE = new TpmUse(List.of(), List.of(), List.of());

    /** Copies. */
    public TpmUse {
        templates = List.copyOf(templates);
        unnamed = List.copyOf(unnamed);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * A template.
     *
     * @param template itself
     * @param machines in the order of their ids
     * @param same other templates that say the same
     */
    public record Used(Template template, List<AgentId> machines, List<String> same) {
        /** Copies. */
        public Used {
            machines = List.copyOf(machines);
            same = List.copyOf(same);
        }
    }

    /**
     * A policy that no template has.
     *
     * @param content what it says
     * @param machines in the order of their ids
     */
    public record Unnamed(PcrContent content, List<AgentId> machines) {
        /** Copies. */
        public Unnamed {
            machines = List.copyOf(machines);
        }
    }

    /**
     * Brings them together.
     *
     * @param texts policies of machines as they travel
     */
    public static TpmUse of(List<Template> templates, Map<AgentId, String> texts) {
        Map<String, Optional<PcrContent>> read = new HashMap<>();
        Map<PcrContent, List<AgentId>> byContent = new LinkedHashMap<>();
        List<AgentId> unreadable = new ArrayList<>();
        texts.entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getKey().value()))
                .forEach(entry -> read.computeIfAbsent(entry.getValue(), PcrContent::of)
                        .ifPresentOrElse(
                                content -> byContent
                                        .computeIfAbsent(content, _ -> new ArrayList<>())
                                        .add(entry.getKey()),
                                () -> unreadable.add(entry.getKey())));
        byContent.remove(PcrContent.NOTHING);
        Map<PcrContent, List<String>> names = new HashMap<>();
        templates.forEach(template -> template.content()
                .ifPresent(content ->
                        names.computeIfAbsent(content, _ -> new ArrayList<>()).add(template.name())));
        List<Used> used = new ArrayList<>();
        for (Template template : templates) {
            Optional<PcrContent> content = template.content();
            used.add(new Used(
                    template,
                    content.map(each -> byContent.getOrDefault(each, List.of())).orElse(List.of()),
                    content.map(names::get).orElse(List.of()).stream()
                            .filter(name -> !name.equals(template.name()))
                            .toList()));
        }
        List<Unnamed> unnamed = byContent.entrySet().stream()
                .filter(entry -> !names.containsKey(entry.getKey()))
                .map(entry -> new Unnamed(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingInt(
                                (Unnamed each) -> -each.machines().size())
                        .thenComparing(each -> each.content().text()))
                .toList();
        return new TpmUse(used, unnamed, unreadable);
    }

    /** A template by its name. */
    public Optional<Used> find(String name) {
        return templates.stream()
                .filter(used -> used.template().name().equals(name))
                .findFirst();
    }
}
