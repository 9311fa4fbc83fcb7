//! Do these hours, weekdays and dates hold at the moment of departure?
//!
//! The part of the opening-hours language that stands in conditions of access:
//! hours, weekdays, months, days of months, years, seasons, and several rules,
//! each overriding those before it. Public and school holidays never hold,
//! since the departure is an ordinary day of term; the sun rises at 7 and sets
//! at 19. A text with anything else (`week 12`, `Su[1]`, `easter`) is not
//! understood, and does not hold.

use super::departure::Moment;

const WEEKDAYS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAY: u16 = 24 * 60;

/// Whether the text holds; a text that is not understood does not.
pub(super) fn hold(text: &str, moment: &Moment<'_>) -> bool {
    if text.trim() == "24/7" {
        return true;
    }
    let mut holds = false;
    for part in text.split(';').filter(|part| !part.trim().is_empty()) {
        let Some(rules) = parse(part) else { return false };
        for rule in rules.iter().filter(|rule| rule.matches(moment)) {
            holds = !rule.is_off;
        }
    }
    holds
}

/// One rule: all of what it names must match.
#[derive(Debug, Default)]
struct Rule {
    dates: Vec<[Date; 2]>,
    /// A bit for each weekday named; no bit for a holiday.
    weekdays: Option<u8>,
    /// Minutes of the day, from and until.
    times: Vec<[u16; 2]>,
    is_off: bool,
}

/// A day, or a month, of one year or of every year.
#[derive(Clone, Copy, Debug)]
struct Date {
    year: Option<u16>,
    month: u8,
    day: Option<u8>,
}

impl Rule {
    fn is_empty(&self) -> bool {
        self.dates.is_empty() && self.weekdays.is_none() && self.times.is_empty()
    }

    fn matches(&self, moment: &Moment<'_>) -> bool {
        (self.dates.is_empty() || self.dates.iter().any(|range| is_within(*range, moment)))
            && self.matches_hour(moment)
    }

    fn matches_hour(&self, moment: &Moment<'_>) -> bool {
        let (today, now) = (moment.weekday(), moment.minute());
        let has = |day: u8| self.weekdays.is_none_or(|days| days & (1 << day) != 0);
        if self.times.is_empty() {
            return has(today);
        }
        self.times.iter().any(|&[from, until]| {
            if from < until {
                has(today) && (from..until).contains(&now)
            } else {
                (has(today) && now >= from) || (has((today + 6) % 7) && now < until)
            }
        })
    }
}

fn is_within([from, to]: [Date; 2], moment: &Moment<'_>) -> bool {
    let (first, last) = ((from.month, from.day.unwrap_or(1)), (to.month, to.day.unwrap_or(31)));
    if let (Some(first_year), Some(last_year)) = (from.year, to.year) {
        let (year, month, day) = moment.date();
        return ((first_year, first)..=(last_year, last)).contains(&(year, (month, day)));
    }
    let today = moment.month_and_day();
    if first <= last { (first..=last).contains(&today) } else { today >= first || today <= last }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    Weekday(u8),
    Month(u8),
    /// Months from and to.
    Season(u8, u8),
    Holiday,
    Off,
    Open,
    Time(u16),
    Number(u16),
    Dash,
    Plus,
}

/// The rules of a text; `None` where it is not understood, or says nothing.
fn parse(text: &str) -> Option<Vec<Rule>> {
    let tokens = tokens(text)?;
    let (mut rules, mut rule) = (Vec::new(), Rule::default());
    let mut rest = &tokens[..];
    while let Some(&first) = rest.first() {
        if !rule.times.is_empty() && !matches!(first, Token::Time(_) | Token::Off | Token::Open) {
            rules.push(std::mem::take(&mut rule));
        }
        rest = rule.read(first, rest)?;
    }
    rules.push(rule);
    rules.iter().all(|rule| !rule.is_empty()).then_some(rules)
}

impl Rule {
    /// Takes one selector off the tokens; returns what is left.
    fn read<'a>(&mut self, first: Token, tokens: &'a [Token]) -> Option<&'a [Token]> {
        match (first, &tokens[1..]) {
            (Token::Weekday(from), [Token::Dash, Token::Weekday(to), rest @ ..]) => {
                let mut day = from;
                self.name_weekday(day);
                while day != *to {
                    day = (day + 1) % 7;
                    self.name_weekday(day);
                }
                Some(rest)
            }
            (Token::Weekday(day), rest) => {
                self.name_weekday(day);
                Some(rest)
            }
            (Token::Holiday, rest) => {
                self.weekdays.get_or_insert(0);
                Some(rest)
            }
            (Token::Off, rest) => {
                self.is_off = true;
                Some(rest)
            }
            (Token::Open, rest) => Some(rest),
            (Token::Time(from), [Token::Dash, Token::Time(until), rest @ ..]) => {
                self.times.push([from, if *until > DAY { until - DAY } else { *until }]);
                Some(rest)
            }
            (Token::Time(from), [Token::Plus, rest @ ..]) => {
                self.times.push([from, DAY]);
                Some(rest)
            }
            (Token::Season(from, to), rest) => {
                let date = |month| Date { year: None, month, day: None };
                self.dates.push([date(from), date(to)]);
                Some(rest)
            }
            (Token::Month(_) | Token::Number(_), _) => self.read_dates(tokens),
            _ => None,
        }
    }

    fn name_weekday(&mut self, day: u8) {
        *self.weekdays.get_or_insert(0) |= 1 << day;
    }

    /// `Nov-May`, `Nov 15-Apr 15`, `Dec 24-26`, `2025 Mar 1-2025 May 31`.
    fn read_dates<'a>(&mut self, tokens: &'a [Token]) -> Option<&'a [Token]> {
        let (from, rest) = date(tokens)?;
        let (to, rest) = match rest {
            [Token::Dash, Token::Number(day), rest @ ..] if *day < 32 && from.day.is_some() => {
                (Date { day: Some(*day as u8), ..from }, rest)
            }
            [Token::Dash, rest @ ..] => {
                let (to, rest) = date(rest)?;
                (Date { year: to.year.or(from.year), ..to }, rest)
            }
            rest => (from, rest),
        };
        self.dates.push([from, to]);
        Some(rest)
    }
}

fn date(tokens: &[Token]) -> Option<(Date, &[Token])> {
    let (year, tokens) = match tokens {
        [Token::Number(year @ 1900..=2200), rest @ ..] => (Some(*year), rest),
        rest => (None, rest),
    };
    match tokens {
        [Token::Month(month), Token::Number(day @ 1..=31), rest @ ..] => {
            Some((Date { year, month: *month, day: Some(*day as u8) }, rest))
        }
        [Token::Month(month), rest @ ..] => Some((Date { year, month: *month, day: None }, rest)),
        _ => None,
    }
}

/// The words of a text; `None` where there is one that is not known.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start_matches([' ', ',']);
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '-' | '–' => (Some(Token::Dash), &rest[first.len_utf8()..]),
            '+' => (Some(Token::Plus), &rest[1..]),
            // A comment for people.
            '"' => (None, rest[1..].split_once('"')?.1),
            _ if first.is_ascii_digit() => number(rest)?,
            _ => word(rest)?,
        };
        tokens.extend(token);
        rest = after.trim_start_matches([' ', ',']);
    }
    Some(tokens)
}

fn number(text: &str) -> Option<(Option<Token>, &str)> {
    let (number, rest) = digits(text)?;
    let Some(rest) = rest.strip_prefix(':') else {
        return Some((Some(Token::Number(number)), rest));
    };
    let (minute, rest) = digits(rest)?;
    (number <= 48 && minute < 60).then_some((Some(Token::Time(number * 60 + minute)), rest))
}

fn digits(text: &str) -> Option<(u16, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

fn word(text: &str) -> Option<(Option<Token>, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let place = |names: &[&str]| names.iter().position(|name| word.eq_ignore_ascii_case(name));
    let token = if let Some(day) = place(&WEEKDAYS) {
        Token::Weekday(day as u8)
    } else if let Some(month) = place(&MONTHS) {
        Token::Month(month as u8 + 1)
    } else {
        match word.to_ascii_lowercase().as_str() {
            "ph" | "sh" => Token::Holiday,
            "off" | "closed" => Token::Off,
            "open" => Token::Open,
            "sunrise" | "dawn" => Token::Time(7 * 60),
            "sunset" | "dusk" => Token::Time(19 * 60),
            "winter" => Token::Season(12, 2),
            "spring" => Token::Season(3, 5),
            "summer" => Token::Season(6, 8),
            "autumn" => Token::Season(9, 11),
            _ => return None,
        }
    };
    Some((Some(token), rest))
}
