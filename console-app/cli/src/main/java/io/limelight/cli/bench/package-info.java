/** Load programs: what a verifier and a registrar cost and bear, measured from outside their process. */
@NullMarked
package io.limelight.cli.bench;

import org.jspecify.annotations.NullMarked;
