//! How much does care count that is so many minutes away?
//!
//! A weight that falls with time. Which one is right is for the study to say;
//! what is here are those that the literature compares (Kwan 1998) and the steps of
//! the French APL. A bound of steps belongs to the next step: "less than 10
//! minutes" weighs 1, ten minutes weigh what comes after. Every other limit is
//! inclusive, as "within 20 minutes" is.

use super::IndicatorError;

/// The weight of all times below a bound that no earlier step weighs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Minutes, exclusive.
    pub below: f64,
    /// From 0.
    pub weight: f64,
}

/// A weight for every time.
#[derive(Clone, Debug, PartialEq)]
pub struct Decay {
    curve: Curve,
    /// Beyond it nothing counts.
    up_to: f32,
}

#[derive(Clone, Debug, PartialEq)]
enum Curve {
    Steps(Vec<(f32, f64)>),
    Flat,
    Linear { to: f64 },
    Exponential { scale: f64 },
    Gaussian { sigma: f64 },
    Logistic { midpoint: f64, scale: f64 },
    Power { exponent: f64, near: f64 },
}

impl Decay {
    /// Steps outwards; nothing beyond the last.
    ///
    /// # Errors
    ///
    /// Where there is none, they are not in order, or a weight is negative or no number.
    pub fn steps(steps: &[Step]) -> Result<Self, IndicatorError> {
        let mut before = 0.0;
        for (position, &Step { below: bound, weight }) in steps.iter().enumerate() {
            positive("a bound of the steps", bound)?;
            if !(weight.is_finite() && weight >= 0.0) {
                let (what, wanted) = ("a weight of the steps", "a finite number, 0 or more");
                return Err(IndicatorError::Parameter { what, value: weight, wanted });
            }
            if bound <= before {
                return Err(IndicatorError::Steps { position, bound, before });
            }
            before = bound;
        }
        positive("the last bound of the steps", before)?;
        let steps = steps.iter().map(|step| (step.below as f32, step.weight)).collect();
        Ok(Self { curve: Curve::Steps(steps), up_to: before as f32 })
    }

    /// 1 within so many minutes: cumulative opportunities.
    ///
    /// # Errors
    ///
    /// Where the limit is not above 0.
    pub fn binary(within: f64) -> Result<Self, IndicatorError> {
        positive("the limit of a binary decay", within)?;
        Ok(Self { curve: Curve::Flat, up_to: within as f32 })
    }

    /// From 1 at once down to 0 at so many minutes.
    ///
    /// # Errors
    ///
    /// Where the limit is not above 0.
    pub fn linear(to: f64) -> Result<Self, IndicatorError> {
        positive("the end of a linear decay", to)?;
        Ok(Self { curve: Curve::Linear { to }, up_to: to as f32 })
    }

    /// `exp(-t / scale)`.
    ///
    /// # Errors
    ///
    /// Where the scale is not above 0.
    pub fn exponential(scale: f64) -> Result<Self, IndicatorError> {
        positive("the scale of an exponential decay", scale)?;
        Ok(Self::endless(Curve::Exponential { scale }))
    }

    /// `exp(-t² / (2 sigma²))`.
    ///
    /// # Errors
    ///
    /// Where sigma is not above 0.
    pub fn gaussian(sigma: f64) -> Result<Self, IndicatorError> {
        positive("sigma of a gaussian decay", sigma)?;
        Ok(Self::endless(Curve::Gaussian { sigma }))
    }

    /// `1 / (1 + exp((t - midpoint) / scale))`: a half at the midpoint.
    ///
    /// # Errors
    ///
    /// Where either is not above 0.
    pub fn logistic(midpoint: f64, scale: f64) -> Result<Self, IndicatorError> {
        positive("the midpoint of a logistic decay", midpoint)?;
        positive("the scale of a logistic decay", scale)?;
        Ok(Self::endless(Curve::Logistic { midpoint, scale }))
    }

    /// `(t / near)^-exponent`, and 1 nearer than `near`, where the power would grow without end.
    ///
    /// # Errors
    ///
    /// Where either is not above 0.
    pub fn power(exponent: f64, near: f64) -> Result<Self, IndicatorError> {
        positive("the exponent of a power decay", exponent)?;
        positive("the near end of a power decay", near)?;
        Ok(Self::endless(Curve::Power { exponent, near }))
    }

    const fn endless(curve: Curve) -> Self {
        Self { curve, up_to: f32::INFINITY }
    }

    /// The same, but nothing beyond so many minutes.
    ///
    /// # Errors
    ///
    /// Where the limit is not above 0.
    pub fn up_to(self, minutes: f64) -> Result<Self, IndicatorError> {
        positive("the limit of a decay", minutes)?;
        Ok(Self { up_to: self.up_to.min(minutes as f32), ..self })
    }

    /// The weights of many times at once.
    ///
    /// Steps and limits are chosen without a branch, several times to a register.
    pub(super) fn weigh(&self, minutes: &[f32], weights: &mut [f64]) {
        match &self.curve {
            Curve::Steps(steps) => {
                weigh_by_steps(steps, minutes, weights);
                if steps.last().is_some_and(|&(last, _)| self.up_to < last) {
                    self.cut(minutes, weights);
                }
            }
            Curve::Flat => {
                weights.fill(1.0);
                self.cut(minutes, weights);
            }
            _ => {
                let weigh = |(slot, &time): (&mut f64, &f32)| *slot = self.weight(time);
                weights.iter_mut().zip(minutes).for_each(weigh);
            }
        }
    }

    fn cut(&self, minutes: &[f32], weights: &mut [f64]) {
        for (slot, &time) in weights.iter_mut().zip(minutes) {
            // NaN is not within anything.
            *slot = if time <= self.up_to { *slot } else { 0.0 };
        }
    }

    /// What counts that is so many minutes away; 0 where there is no time.
    #[must_use]
    pub fn weight(&self, minutes: f32) -> f64 {
        if minutes.is_nan() || minutes > self.up_to {
            return 0.0;
        }
        let time = f64::from(minutes);
        match &self.curve {
            Curve::Steps(steps) => {
                steps.iter().find(|&&(below, _)| minutes < below).map_or(0.0, |&(_, weight)| weight)
            }
            Curve::Flat => 1.0,
            Curve::Linear { to } => (1.0 - time / to).max(0.0),
            Curve::Exponential { scale } => (-time / scale).exp(),
            Curve::Gaussian { sigma } => (-0.5 * (time / sigma).powi(2)).exp(),
            Curve::Logistic { midpoint, scale } => 1.0 / (1.0 + ((time - midpoint) / scale).exp()),
            Curve::Power { exponent, near } => (time.max(*near) / near).powf(-exponent),
        }
    }
}

fn weigh_by_steps(steps: &[(f32, f64)], minutes: &[f32], weights: &mut [f64]) {
    weights.fill(0.0);
    // Inwards, so that the innermost step that holds has the last word.
    for &(below, weight) in steps.iter().rev() {
        for (slot, &time) in weights.iter_mut().zip(minutes) {
            *slot = if time < below { weight } else { *slot };
        }
    }
}

fn positive(what: &'static str, value: f64) -> Result<(), IndicatorError> {
    // Minutes are single floats: what is not one of them, or rounds to 0, is no limit.
    if (value as f32).is_finite() && value as f32 > 0.0 {
        return Ok(());
    }
    Err(IndicatorError::Parameter { what, value, wanted: "a finite number above 0" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_of_steps_belongs_to_the_next_step() {
        let step = |below, weight| Step { below, weight };
        let decay = Decay::steps(&[step(10.0, 1.0), step(15.0, 0.5), step(20.0, 0.25)]);
        let decay = decay.expect("the steps go outwards");
        let weights = [0.0, 9.999, 10.0, 14.999, 15.0, 20.0, f32::NAN].map(|t| decay.weight(t));
        let weights = weights.to_vec();
        assert_eq!(weights, [1.0, 1.0, 0.5, 0.5, 0.25, 0.0, 0.0]);
    }

    #[test]
    fn a_limit_is_inclusive_and_rounded_as_the_minutes_are() {
        let decay = Decay::binary(20.1).expect("a limit");
        assert_eq!(vec![decay.weight(20.1), decay.weight(20.100_002)], [1.0, 0.0]);
    }

    #[test]
    fn many_times_weigh_what_each_of_them_does() {
        let step = |below, weight| Step { below, weight };
        let steps = Decay::steps(&[step(10.0, 1.0), step(15.0, 0.7), step(20.0, 0.1)]);
        let decays = [
            steps.clone(),
            steps.and_then(|steps| steps.up_to(12.0)),
            Decay::binary(20.0),
            Decay::linear(20.0),
            Decay::gaussian(9.0),
        ];
        let times: Vec<f32> = (0..300).map(|tenth| tenth as f32 / 10.0).chain([f32::NAN]).collect();
        for decay in decays.map(|decay| decay.expect("what a decay is made of")) {
            let mut weights = vec![9.0; times.len()];
            decay.weigh(&times, &mut weights);
            let each: Vec<f64> = times.iter().map(|&time| decay.weight(time)).collect();
            assert_eq!(weights, each, "{decay:?}");
        }
    }

    #[test]
    fn steps_that_turn_back_are_refused() {
        let steps = [Step { below: 15.0, weight: 1.0 }, Step { below: 10.0, weight: 0.5 }];
        let error = Decay::steps(&steps).expect_err("10 is not after 15");
        assert_eq!(error.to_string(), "step 1 ends at 10 minutes, not after the one before it, 15");
        assert!(Decay::steps(&[]).is_err());
    }
}
