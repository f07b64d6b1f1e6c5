package io.limelight.core.tpm;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** Values made or checked with a software TPM and Keylime's own code. */
public final class ProtocolVectors {
    public static final String ECC_AK =
            "AFgAIwALAAUAcgAAABAAGAALAAMAEAAgLx+7iNP1IPEQj7TACV8c1Q00CDWjUmBf3pQEoCCCWuoAIKYd"
                    + "jam3t+23J+1RoohoCtDh+TuRfoyhzsojFcqf42ru";
    public static final String ECC_AK_NAME = "000bc8f938a71dec64be3328164b1447f8afdfa60d7aaaa1dc335d0dbb10d15619a2";

    public static final String RSA_AK =
            "ARgAAQALAAUAcgAAABAAFAALCAAAAAAAAQCPFTUSb/Nx6p08FSSU9Yj3Nlt51qsJbIwoqXUcnf+0mh5/lo17cgXJXJn9diMN"
                    + "C8n+IZx31oUMODwIlXKrgKTKWXA7uCjOZmpvHQ3uK4Fo8y0e1U6vEcZyObcOKTgcLZUBs+BLwk48oFgdD08i5R8YcVM6mYYq"
                    + "ZPRmd9fDgFm9IjG9KPgbwRsaTsGZFEYSw+QUuSafIhWbcfAi7Na6gBhDN9oGgx1s3riMeegHPzuf60mF28zEISa3yHeHletu"
                    + "oLB45Gsx3aqllKRVWq3cQkXW4gpZaRgKjYONnAzjrlfXK91krsvbS5kda9lxtjJ1IiR9z/8iyRIGFh7edsVAQng/";
    public static final String RSA_AK_NAME = "000b19d88213e210d89098538dd982bd2c3d8304546b5479cd097c601ab6eab91828";

    public static final String TRANSPORT_KEY = """
            -----BEGIN PUBLIC KEY-----
            MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvGRSHfecA8HvpgqvFWbG
            HZ8uYfMjkyhZAWhcbvTNNnkQe4Z75Us0aW4BVr/CbYNrTkLHBeGIJgxe0DddhQeB
            vfp3Zew96hUwUqn8J/zMd8qRPY0i24L6aP0wgFGN1uNcUF8SGFT2uGJ5zoPGc9uW
            /TWoXqwK/mvxH3C9q7ppczhfCyXD+are2uh9ZJQ4GzKZDCw+V7/fr/HEjtoaFLEW
            SSzLNd4EdYuZKs8BrKNyKI+xAPIR2opuzphRXFhiH2Gg6jBmHimtWEiwNGTAl8yl
            p5Yvu/MIS1IiP7YSQxS7aIpXXuGSwGWDA3/zbOZXacEoA4/FwobqNIW/5/dqUPls
            QQIDAQAB
            -----END PUBLIC KEY-----
            """;
    public static final String PCR_16 = "16c15f3ea148917295a9929d315ec30d22a45779f6445903cd2860dd6fc56e8a";
    public static final String PCR_DIGEST = "b5b0466813faba1f49a1ba139ca4b8133ccfab46573e17bff1e8682681e701df";
    public static final String PCR_BLOB_SHA256 = "6b97b73a4cbe1906d57aec0fbf3b6969edbd7b0932f71b641f6461aec5ea76cd";

    public static final String ECC_NONCE = "AB";
    public static final String RSA_NONCE = "IPM2g3Nn5ZrXKwUtvjCZ";

    private static final String ECC_ATTEST =
            "/1RDR4AYACIACxBXcFLKOCPkVMj9FxCaDlQbyLjUCk4qW1dGR6PvyIMmAAJBQgAAAAAAAcTrAAAA"
                    + "AQAAAAABIBkQIwAWNjYAAAABAAsDAAABACC1sEZoE/q6H0mhuhOcpLgTPM+rRlc+F7/x6GgmgecB3w==";
    private static final String ECC_SIGNATURE =
            "ABgACwAgbsFI1tIy474+xCLFQjK5frTYCX9cM+y70zr0CU+hvhkAIK3WKv++b3luFliwKFE0eGslyDRCuH9uHCNaet9ybSOw";
    private static final String RSA_ATTEST =
            "/1RDR4AYACIAC9PNMIdy3EpJ5jUzAzAXVDkqDs8oADzq6q44pcax8FGoABRJUE0yZzNObjVaclhL"
                    + "d1V0dmpDWgAAAAAAASDwAAAAAQAAAAABIBkQIwAWNjYAAAABAAsDAAABACC1sEZoE/q6H0mhuhOcpLgTPM+rRlc+F7/x6Ggm"
                    + "gecB3w==";
    private static final String RSA_SIGNATURE =
            "ABQACwEAKzZ2SYRamRIoATSAaGMaWNq/uQ87KT2lBjyzRq0Hp1BdkGuOfmDMetFsFZbC16hQi51wLZMOwcIEIHQAYuyQ6g/U"
                    + "aGAyfQvcMHNADIjsJeopHcKrIEBo9wqjiOUjv6EdBC5LcRzmRZviY2EiG7gVh7bDIYbTzvpLevsuyco45v9lKg5jXADX1pf4"
                    + "5sfJG74t41BInOprz1tlNNjiNUrNtj7FY3pH0ljJngvHrJb8Ry+TtZumzjZdR4XYN5qleWYDXXet10ekrtbM1p+Hw4zymhN+"
                    + "1KJXqffGjJ0It39wUn72wxmHU+nHwToDcFT6O4ia44Y3i5V+xdT9fQGzL3ivpA==";

    private ProtocolVectors() {}

    public static PcrValues pcr16() {
        return PcrValues.of(HashAlgorithm.SHA256, Map.of(16, Octets.ofHex(PCR_16)));
    }

    public static QuoteText eccQuote() {
        return quote(ECC_ATTEST, ECC_SIGNATURE);
    }

    public static QuoteText rsaQuote() {
        return quote(RSA_ATTEST, RSA_SIGNATURE);
    }

    public static AttestationKey eccAk() {
        return key(ECC_AK);
    }

    public static AttestationKey rsaAk() {
        return key(RSA_AK);
    }

    private static AttestationKey key(String base64) {
        try {
            return AttestationKey.of(TpmPublic.fromBase64(base64));
        } catch (TpmFormatException e) {
            throw new AssertionError(e);
        }
    }

    private static QuoteText quote(String attest, String signature) {
        return new QuoteText(
                Octets.copyOf(Base64.getDecoder().decode(attest)),
                Octets.copyOf(Base64.getDecoder().decode(signature)),
                Octets.copyOf(new PcrBlob(pcr16()).encode()));
    }

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
