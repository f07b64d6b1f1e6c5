package io.limelight.core.policy.regex;

import java.util.Map;

/** How many characters an expression takes, at least and at most; {@link #MANY} stands for any number beyond. */
record Width(int least, int most) {
    static final int MANY = 1 << 24;

    static Width of(Rx rx, Map<Integer, Width> groups) {
        return switch (rx) {
            case Rx.Literal l -> new Width(1, 1);
            case Rx.Any a -> new Width(1, 1);
            case Rx.OneOf o -> new Width(1, 1);
            case Rx.At a -> new Width(0, 0);
            case Rx.Look l -> new Width(0, 0);
            case Rx.Group g -> of(g.body(), groups);
            case Rx.Atomic a -> of(a.body(), groups);
            case Rx.BackReference b -> groups.getOrDefault(b.group(), new Width(0, MANY));
            case Rx.Concat c -> {
                int least = 0;
                int most = 0;
                for (Rx part : c.parts()) {
                    Width width = of(part, groups);
                    least = Math.min(MANY, least + width.least);
                    most = Math.min(MANY, most + width.most);
                }
                yield new Width(least, most);
            }
            case Rx.Alternatives a -> {
                int least = MANY;
                int most = 0;
                for (Rx choice : a.choices()) {
                    Width width = of(choice, groups);
                    least = Math.min(least, width.least);
                    most = Math.max(most, width.most);
                }
                yield new Width(least, most);
            }
            case Rx.Conditional c -> {
                Width yes = of(c.yes(), groups);
                Width no = of(c.no(), groups);
                yield new Width(Math.min(yes.least, no.least), Math.max(yes.most, no.most));
            }
            case Rx.Repeat r -> {
                Width body = of(r.body(), groups);
                yield new Width(
                        times(body.least, r.min()), r.max() < 0 ? times(body.most, MANY) : times(body.most, r.max()));
            }
        };
    }

    private static int times(int width, int count) {
        return (int) Math.min(MANY, (long) width * count);
    }
}
