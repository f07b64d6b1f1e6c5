package io.limelight.cli.verify;

import io.limelight.cli.command.CommandFailure;
import io.limelight.core.tpm.HashAlgorithm;
import io.limelight.core.tpm.Octets;
import io.limelight.core.tpm.PcrValues;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/** PCR 10 as somebody writes it down: hex, with or without {@code 0x}; which bank it is of, its length tells. */
public final class GivenPcr10 {
    private GivenPcr10() {}

    /** Reads the value of {@code --pcr10}. */
    public static PcrValues parse(String value) throws CommandFailure {
        String text = value.strip().toLowerCase(Locale.ROOT);
        String hex = text.startsWith("0x") ? text.substring(2) : text;
        for (HashAlgorithm bank : HashAlgorithm.values()) {
            if (bank.computable() && hex.length() == 2 * bank.digestSize() && hex.matches("[0-9a-f]*")) {
                return PcrValues.of(
                        bank, Map.of(10, Octets.copyOf(HexFormat.of().parseHex(hex))));
            }
        }
        throw new CommandFailure(
                VerifyCommand.UNUSABLE,
                "--pcr10 is the value in hex: 40 digits for sha1, 64 for sha256, 96 for sha384, 128 for sha512");
    }
}
