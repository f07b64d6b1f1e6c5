package io.limelight.console.tray;

import io.limelight.console.fleet.FleetSnapshot;
import io.limelight.console.fleet.Machine;
import io.limelight.console.fleet.MachineState;
import io.limelight.console.fleet.Staleness;
import io.limelight.console.words.Words;
import java.time.Instant;

/**
 * How a fleet stands, in what fits into a corner.
 *
 * @param face for the icon
 * @param failed machines
 * @param stale machines
 * @param trusted machines
 */
public record TrayStatus(TrayFace face, int failed, int stale, int trusted) {
    /** Nothing is known yet. */
    public static final TrayStatus NOTHING = new TrayStatus(TrayFace.WAITING, 0, 0, 0);

    private static final int LONGEST = 120;

    /** How it stands now. A verifier that is silent says nothing about its machines any more. */
    public static TrayStatus of(FleetSnapshot snapshot, Staleness staleness, Instant now) {
        if (snapshot.told().isEmpty() || snapshot.silent()) {
            return NOTHING;
        }
        int failed = 0;
        int stale = 0;
        int trusted = 0;
        for (Machine machine : snapshot.machines()) {
            MachineState state = snapshot.state(machine, staleness, now);
            switch (state) {
                case FAILED -> failed++;
                case STALE -> stale++;
                case TRUSTED -> trusted++;
                case PROVING, REVOKED, WAITING -> {}
            }
        }
        TrayFace face = failed > 0 ? TrayFace.FAILED : stale > 0 ? TrayFace.STALE : TrayFace.TRUSTED;
        return new TrayStatus(face, failed, stale, trusted);
    }

    /** In a line, short enough for every desktop. */
    public String text(Words words, String profile) {
        String text = face == TrayFace.WAITING
                ? words.of("tray.waiting", profile)
                : words.of("tray.counts", profile, failed, stale, trusted);
        return text.length() > LONGEST ? text.substring(0, LONGEST - 1) + "…" : text;
    }
}
