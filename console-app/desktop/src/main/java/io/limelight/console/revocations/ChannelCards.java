package io.limelight.console.revocations;

import static io.limelight.console.revocations.Bits.label;
import static io.limelight.console.revocations.Bits.wrapped;

import io.limelight.console.kit.Ages;
import io.limelight.console.kit.Shapes;
import io.limelight.console.theme.Glyph;
import io.limelight.console.words.Words;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableDoubleValue;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The ways by which failures are made known, a card each, as many side by side as there is room for. */
final class ChannelCards extends FlowPane {
    private static final double GAP = 12;
    private static final double NARROWEST = 250;

    private final Words words;
    private final InstantSource clock;
    private final ObservableDoubleValue scale;
    private List<Channel> channels = List.of();
    private Optional<CrlFacts> crl = Optional.empty();

    ChannelCards(Words words, InstantSource clock, ObservableDoubleValue scale) {
        super(GAP, GAP);
        this.words = words;
        this.clock = clock;
        this.scale = scale;
        getStyleClass().add("channel-cards");
    }

    void show(List<Channel> now, Optional<CrlFacts> list) {
        if (now.equals(channels) && list.equals(crl)) {
            return;
        }
        channels = now;
        crl = list;
        draw();
    }

    /** Ages grow. */
    void draw() {
        List<Node> cards = new ArrayList<>();
        channels.forEach(channel -> cards.add(card(channel)));
        if (!channels.isEmpty()) {
            cards.add(crlCard());
        }
        int count = cards.size();
        for (Node card : cards) {
            ((VBox) card)
                    .prefWidthProperty()
                    .bind(Bindings.createDoubleBinding(() -> width(count), widthProperty(), scale));
        }
        getChildren().setAll(cards);
    }

    private double width(int count) {
        double room = getWidth() - getInsets().getLeft() - getInsets().getRight();
        int columns = Math.clamp((long) ((room + GAP) / (NARROWEST * scale.get() + GAP)), 1, count);
        return Math.floor((room - GAP * (columns - 1)) / columns) - 1;
    }

    private Node card(Channel channel) {
        Glyph glyph = switch (channel.kind()) {
            case AGENT -> Glyph.SERVER;
            case WEBHOOK -> Glyph.GLOBE;
            case ZEROMQ -> Glyph.RADIO;
            case CRL -> Glyph.CERTIFICATE;
        };
        String to = channel.to().isEmpty()
                ? words.of("revocations.channel." + channel.kind().key() + ".to")
                : channel.to();
        return card(channel.kind(), glyph, channel.light(), channel.waiting(), to, last(channel));
    }

    private String last(Channel channel) {
        if (channel.light() == Channel.Light.OFF) {
            return channel.trouble().isEmpty() ? words.of("revocations.channel.off") : channel.trouble();
        }
        Instant success = channel.lastSuccess();
        Instant failure = channel.lastFailure();
        if (success == null && failure == null) {
            return words.of("revocations.channel.never");
        }
        if (channel.light() == Channel.Light.BROKEN || success == null) {
            return words.of(
                    success == null ? "revocations.channel.failed-ever" : "revocations.channel.failed",
                    ago(failure),
                    channel.trouble().isEmpty() ? words.of("revocations.channel.no-reason") : channel.trouble(),
                    ago(success));
        }
        return failure == null
                ? words.of("revocations.channel.success", ago(success))
                : words.of("revocations.channel.both", ago(success), ago(failure));
    }

    private String ago(@Nullable Instant when) {
        return when == null ? "" : Ages.ago(words, Duration.between(when, clock.instant()));
    }

    private Node crlCard() {
        if (crl.isEmpty()) {
            return card(
                    Channel.Kind.CRL,
                    Glyph.CERTIFICATE,
                    Channel.Light.OFF,
                    0,
                    words.of("revocations.channel.crl.to"),
                    words.of("revocations.channel.crl.none"));
        }
        CrlFacts facts = crl.get();
        Channel.Light light = facts.overdue() ? Channel.Light.BROKEN : Channel.Light.WORKING;
        return card(
                Channel.Kind.CRL,
                Glyph.CERTIFICATE,
                light,
                0,
                words.of(
                        "revocations.channel.crl.facts",
                        facts.number().toString(),
                        facts.entries().size()),
                words.of(
                        facts.overdue() ? "revocations.channel.crl.overdue" : "revocations.channel.crl.issued",
                        ago(facts.issued())));
    }

    private VBox card(Channel.Kind kind, Glyph glyph, Channel.Light light, long waiting, String to, String last) {
        Label title = label(words.of("revocations.channel." + kind.key()), "medium", "may-cut");
        title.setMinWidth(0);
        HBox head = new HBox(glyph.icon(), title, Bits.gap(), badge(light, waiting));
        head.getStyleClass().add("channel-head");
        Label where = label(to, "may-cut", "data");
        where.setTooltip(new Tooltip(to));
        Label when = wrapped(last, "caption", "muted", "data");
        VBox card = new VBox(head, where, when);
        card.getStyleClass().addAll("card", "channel-card");
        card.setId("channel-" + kind.key());
        VBox.setVgrow(when, Priority.ALWAYS);
        return card;
    }

    private Node badge(Channel.Light light, long waiting) {
        Shapes shape = switch (light) {
            case WORKING -> Shapes.DISC_TICK;
            case OPEN -> Shapes.RING_HANDS;
            case BROKEN -> Shapes.OCTAGON_CROSS;
            case UNUSED -> Shapes.RING;
            case OFF -> Shapes.DASH;
        };
        String styleClass = switch (light) {
            case WORKING -> "state-trusted";
            case OPEN -> "state-stale";
            case BROKEN -> "state-failed";
            case UNUSED, OFF -> "state-waiting";
        };
        String word = light == Channel.Light.OPEN
                ? words.of("revocations.light.open", waiting)
                : words.of("revocations.light." + light.key());
        return Bits.badge(shape, styleClass, word, true);
    }
}
