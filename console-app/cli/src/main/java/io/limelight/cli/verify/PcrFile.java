package io.limelight.cli.verify;

import io.limelight.cli.command.CommandFailure;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrMask;
import io.limelight.core.tpm.PcrValues;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PCR values as {@code tpm2_pcrread} prints them: a line {@code sha256:} for each bank, then {@code 0 : 0xAB…} for each PCR. Of
 * several banks the one asked for counts. Without a line for a bank, all values are of the one asked for.
 */
final class PcrFile {
    /** Longer files are no such output: 24 PCRs of five banks are 9 KiB. */
    static final int MAX_BYTES = 64 * 1024;

    private static final Pattern BANK = Pattern.compile("([a-z0-9_]{3,10})\\s*:(\\s*\\{?\\s*)");
    private static final Pattern PCR = Pattern.compile("\"?([0-9]{1,2})\"?\\s*:\\s*\"?(?:0x)?([0-9a-f]{2,128})\"?,?");

    private PcrFile() {}

    /**
     * Reads.
     *
     * @param origin for messages
     * @throws CommandFailure naming the first line that means nothing, or saying that the bank is not there
     */
    static PcrValues parse(String text, HashAlgorithm bank, String origin) throws CommandFailure {
        Map<Integer, Octets> values = new TreeMap<>();
        boolean ours = true;
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.strip().toLowerCase(Locale.ROOT);
            if (line.isEmpty() || line.equals("{") || line.equals("}")) {
                continue;
            }
            Matcher pcr = PCR.matcher(line);
            Matcher heading = BANK.matcher(line);
            if (pcr.matches()) {
                if (ours) {
                    value(values, pcr, bank, origin + ", line " + number);
                }
            } else if (heading.matches()) {
                Optional<HashAlgorithm> named = HashAlgorithm.fromWireName(heading.group(1));
                ours = named.isPresent() && named.get() == bank;
            } else {
                throw new CommandFailure(
                        VerifyCommand.UNUSABLE,
                        origin + ", line " + number + ", is neither a bank (sha256:) nor a PCR (0 : 0xAB…)");
            }
        }
        if (values.isEmpty()) {
            throw new CommandFailure(
                    VerifyCommand.UNUSABLE, origin + " holds no PCR of the bank " + bank.wireName() + " (--hash-alg)");
        }
        return PcrValues.of(bank, values);
    }

    private static void value(Map<Integer, Octets> values, Matcher pcr, HashAlgorithm bank, String place)
            throws CommandFailure {
        int index = Integer.parseInt(pcr.group(1));
        String hex = pcr.group(2);
        if (index >= PcrMask.COUNT) {
            throw new CommandFailure(VerifyCommand.UNUSABLE, place + ", names PCR " + index + "; they end at 23");
        }
        if (hex.length() != 2 * bank.digestSize()) {
            throw new CommandFailure(
                    VerifyCommand.UNUSABLE,
                    place + ": PCR " + index + " has " + hex.length() + " hex digits, a value of " + bank.wireName()
                            + " has " + 2 * bank.digestSize());
        }
        if (values.put(index, Octets.copyOf(HexFormat.of().parseHex(hex))) != null) {
            throw new CommandFailure(VerifyCommand.UNUSABLE, place + ", names PCR " + index + " again");
        }
    }
}
