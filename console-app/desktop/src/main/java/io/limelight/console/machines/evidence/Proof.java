package io.limelight.console.machines.evidence;

import io.limelight.console.fleet.KeptEvidence;
import io.limelight.core.uefi.BootLog;
import io.limelight.core.uefi.BootLogException;
import io.limelight.core.uefi.BootLogParser;
import java.util.AbstractList;
import java.util.Base64;
import java.util.List;
import java.util.RandomAccess;

/**
 * What a machine proved, to look at.
 *
 * @param evidence as it came
 * @param ima its rows, made when looked at
 * @param boot its events
 * @param bootProblem why its boot log cannot be read; empty where it can, or where there is none
 */
public record Proof(KeptEvidence evidence, List<ImaRow> ima, List<BootRow> boot, String bootProblem) {

    /** Parses; takes as long as a boot log. */
    public static Proof of(KeptEvidence evidence) {
        List<ImaRow> ima = new ImaRows(evidence.ima());
        if (evidence.bootLog().isEmpty()) {
            return new Proof(evidence, ima, List.of(), "");
        }
        try {
            BootLog log = BootLogParser.parse(Base64.getDecoder().decode(evidence.bootLog()));
            return new Proof(
                    evidence, ima, log.events().stream().map(BootRow::new).toList(), "");
        } catch (IllegalArgumentException e) {
            return new Proof(evidence, ima, List.of(), "It is not Base64.");
        } catch (BootLogException e) {
            return new Proof(evidence, ima, List.of(), String.valueOf(e.getMessage()));
        }
    }

    private static final class ImaRows extends AbstractList<ImaRow> implements RandomAccess {
        private final List<String> lines;

        ImaRows(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public ImaRow get(int index) {
            return new ImaRow(index + 1L, lines.get(index));
        }

        @Override
        public int size() {
            return lines.size();
        }
    }
}
