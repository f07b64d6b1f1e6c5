package io.limelight.console.kit;

import io.limelight.console.fleet.MachineState;

/**
 * How a state of a machine is shown: the one place that maps states to words, shapes and colours.
 *
 * @param wordKey key of its word
 * @param shape its shape
 * @param styleClass names its colours in the style sheet
 */
public record StatePresentation(String wordKey, Shapes shape, String styleClass) {
    /** Of a state. */
    public static StatePresentation of(MachineState state) {
        Shapes shape = switch (state) {
            case REVOKED -> Shapes.RING_BAR;
            case FAILED -> Shapes.OCTAGON_CROSS;
            case STALE -> Shapes.RING_HANDS;
            case PROVING -> Shapes.HALF;
            case TRUSTED -> Shapes.DISC_TICK;
            case WAITING -> Shapes.RING;
        };
        return new StatePresentation("kit.state." + state.key(), shape, "state-" + state.key());
    }
}
